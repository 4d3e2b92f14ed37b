# Variables are those of the README; `make study DATASET=cifar10 TIME=20m` passes them on by the environment.
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON = $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c '$(FITS)' 2>/dev/null && echo $$p && break; done)
PY := .venv/bin/python
READY := .venv/ready
RAY := RAY_USAGE_STATS_ENABLED=0 .venv/bin/ray
export PYTHONUNBUFFERED := 1

help: ## these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

study: $(READY) ## search, train, prune, score, log, report; again with the same NAME, it continues
	@$(PY) -m study run

ui: $(READY) ## the MLflow UI, on this machine only, over what studies logged
	@$(PY) -m study ui

report: $(READY) ## the report again, from the records alone: NAME=…
	@$(PY) -m study report

export: $(READY) ## one point as files to deploy: NAME=… POINT=… (without POINT the headline, or else the knee)
	@$(PY) -m study export

sync: $(READY) ## MLflow made equal to the records: NAME=…
	@$(PY) -m study sync

paper: $(READY) ## paper 1's two tables, as published beside as it should be measured: DATASET=…
	@$(PY) -m study paper

cluster-up: $(READY) ## start the Ray cluster of ray_cluster.yaml
	@umask 077; mkdir -p ~/.ray; test -s ~/.ray/auth_token || $(PY) -c 'import secrets; print(secrets.token_hex(32))' > ~/.ray/auth_token
	@$(RAY) up --yes ray_cluster.yaml

cluster-study: $(READY) ## the same study on that cluster
	@$(RAY) exec ray_cluster.yaml 'cd ~/ganprune && make study RAY_ADDRESS=127.0.0.1:6379 OUT=/shared/runs $(MAKEOVERRIDES)'

cluster-down: $(READY) ## stop that cluster
	@$(RAY) down --yes ray_cluster.yaml

bench: $(READY) ## our figures beside the alternatives', in one run
	@$(PY) -m bench

bench-record: $(READY) ## record the trainings that bench/recorded/ holds, again (about an hour)
	@$(PY) -m bench.record

test: $(READY) ## lint and tests
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && $(PY) -m pytest --numprocesses 2 --dist loadfile

lock: $(READY) ## requirements.lock again, from pyproject.toml
	.venv/bin/uv pip compile --universal --python-version 3.11 --group dev --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --quiet pyproject.toml --output-file requirements.lock

$(READY): requirements.lock
	@test -n "$(PYTHON)" || { echo "error: Python 3.11, 3.12 or 3.13 is needed; install one, or name it: make PYTHON=…" >&2; exit 2; }
	@echo "installing what requirements.lock names into .venv (the first time: minutes, and 6 GB for torch with CUDA)"
	@$(PYTHON) -m venv .venv
	@awk '/^uv==/,!/\\$$/' requirements.lock > .venv/uv.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/uv.lock
	@.venv/bin/uv pip sync --quiet --python $(PY) --require-hashes requirements.lock
	@touch $(READY)

.DEFAULT_GOAL := help
.PHONY: help study ui report export sync paper cluster-up cluster-study cluster-down bench bench-record test lock
