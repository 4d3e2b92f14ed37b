"""What is asked for: arguments, search spaces, the plan of a study, the machine it runs on."""
