# make study DATASET=cifar10 TIME=20m; in the environment a variable counts as GANPRUNE_TIME=20m and so on. There are:
#   DATASET       cifar10, fashion-mnist, digits, or the path of a folder or zip of pictures
#   TASK          of translation: colour, super4, edges, deblur, or two classes, as automobile:truck
#   DIRECTION     AtoB or BtoA, of a translation
#   STRAYS        drop: pictures without a partner are left out instead of refused
#   NAME          of the study; without it, the data set's
#   TRIALS        in the whole study
#   TIME          of this call, from its start to its report: 90s, 10m, 2h
#   SPACE         a file, or a name in search_spaces/
#   MODEL         instead of SPACE's: dcgan, sngan; of classes cdcgan, csngan; of pictures pix2pix, cyclegan
#   QUALITY       how near pictures are to real ones: fcd, kcd, fid, kid
#   COST          what pruning saves: sparsity, params, macs, bytes (after compression), latency
#   SEED          of training, latents and search
#   WORKERS       trials at once
#   DATA_DIR      where data sets lie or are put
#   OUT           where studies are kept
#   TRACKING_URI  another MLflow than the one in OUT
#   RAY_ADDRESS   host:port of a Ray cluster to run on
#   POINT         to export or pick, or instead of it limits, the smallest point within which is taken:
#   MAX_LOSS      10%: of quality, against the best dense generator
#   MAX_FCD       5.5
#   MAX_BYTES     500k: of the compressed file
#   MAX_LATENCY   2ms: of a picture
#   MIN_SPARSITY  0.8
#   PAPER         whose claim is tried: 1, 2, 3, 4, adapt
#   METHODS       to compare: magnitude,channels; without it, six
#   MODELS        to compare them on: dcgan,sngan
#   TARGETS       sparsities to compare them at, in percent: 75,87.5
#   SEEDS         that each of them is trained from
#   EPOCHS        of training that a point of a comparison may cost
#   PORT          of the UI

# What is given on the command line goes to the program as GANPRUNE_NAME and so on, its text untouched: what a shell
# happens to export as NAME or TIME is not meant for us.
FROM_SHELL := $(filter-out GANPRUNE_GIVEN,$(filter GANPRUNE_%,$(.VARIABLES)))
GIVEN := $(foreach v,$(.VARIABLES),$(if $(filter command,$(origin $v)),$v))
GIVEN := $(filter-out GANPRUNE_% PYTHON SHELL,$(GIVEN))
export GANPRUNE_GIVEN := $(GIVEN)
$(foreach v,$(GIVEN),$(eval export GANPRUNE_$v = $$(value $v)))
quoted = '$(subst ','\'',$1)'
spelled = $(foreach v,$1,$v=$(call quoted,$(value $v)))

FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON = $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c '$(FITS)' 2>/dev/null && echo $$p && break; done)
PY := .venv/bin/python
READY := .venv/ready
RAY := RAY_USAGE_STATS_ENABLED=0 .venv/bin/ray
export PYTHONUNBUFFERED := 1
# Docker images often export it, and every process of Ray would compile torch, Ray and MLflow again.
unexport PYTHONDONTWRITEBYTECODE

help: ## these commands and variables
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo && sed -n 's/^#   /  /p' $(MAKEFILE_LIST)

study: $(READY) ## search, train, prune, score, log, report; again with the same NAME, it continues
	@$(PY) -m study run

ui: $(READY) ## the MLflow UI, on this machine only, over what studies logged
	@$(PY) -m study ui

report: $(READY) ## the report again, from the records alone: NAME=…
	@$(PY) -m study report

pick: $(READY) ## the smallest point of the front within limits, and which of them stops the next: NAME=… MAX_LOSS=10% …
	@$(PY) -m study pick

export: $(READY) ## one point as files to deploy: NAME=… and POINT=… or limits (else the headline, or the knee)
	@$(PY) -m study export

sync: $(READY) ## MLflow made equal to the records: NAME=…
	@$(PY) -m study sync

compare: $(READY) ## all methods at equal sparsity and equal training, from several seeds, beside null lines: DATASET=…
	@$(PY) -m study compare

paper: $(READY) ## a founding paper's central claim beside what it printed: PAPER=1 (its two tables), 2, 3, 4, adapt, DATASET=…
	@$(PY) -m study paper

cluster-up: $(READY) ## start the Ray cluster of ray_cluster.yaml
	@umask 077; mkdir -p ~/.ray; test -s ~/.ray/auth_token || $(PY) -c 'import secrets; print(secrets.token_hex(32))' > ~/.ray/auth_token
	@$(RAY) up --yes ray_cluster.yaml

REMOTE = $(call spelled,$(FROM_SHELL)) make study RAY_ADDRESS=127.0.0.1:6379 OUT=/shared/runs $(call spelled,$(GIVEN))
cluster-study: $(READY) ## the same study on that cluster
	@$(RAY) exec ray_cluster.yaml $(call quoted,cd ~/ganprune && $(REMOTE))

cluster-down: $(READY) ## stop that cluster
	@$(RAY) down --yes ray_cluster.yaml

bench: $(READY) ## our figures beside the alternatives', in one run
	@$(PY) -m bench

bench-record: $(READY) ## record the trainings that bench/recorded/ holds, again (about an hour)
	@$(PY) -m bench.record

test: $(READY) ## lint and tests
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && \
		$(PY) -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

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
.PHONY: help study ui report pick export sync compare paper cluster-up cluster-study cluster-down bench bench-record test lock
