"""`python -m study COMMAND`."""

from study.cli import main

main()
