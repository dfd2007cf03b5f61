# Throughline: `make run` starts everything on a fresh clone, `make test` tests everything. `make` lists the rest.
# The work is in devtools/launch (set-up, servers) and tests/run.py; this file only gives it names.

# The first Python that is new enough; else python3, which then says what is wrong.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$p && break; done)
ifeq ($(strip $(PYTHON)),)
PYTHON := python3
endif
ARGS ?=
NAME ?=
SIZES ?=
ENGINE ?= postgres
VENV := .venv/bin
AS_TEST := TESTING=true SANDBOX_MODE=true
AS_PRODUCTION := SANDBOX_MODE=false DEBUG=false PUBLIC_BASE_URL=https://throughline.example

.DEFAULT_GOAL := help
.PHONY: help run setup setup-dev test test-fast check format prove planted size bench screenshots schema messages lock

help: ## List what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'
	@echo
	@echo "  PORT=8010 make run                         another port (the vendor sandbox takes the next one)"
	@echo "  DATABASE_URL=postgres://… make run         on PostgreSQL instead of the embedded SQLite file"
	@echo "  make test ARGS='-k newsfeed'               any arguments of pytest"
	@echo "  make prove NAME=kill ENGINE=both           a proof or benchmark on sqlite, postgres (by itself) or both"
	@echo "  $(VENV)/python -m tests.run --postgres -- COMMAND   COMMAND with DATABASE_URL set to a throw-away PostgreSQL,"
	@echo "                                             for example: … -- $(VENV)/pytest -k outbox"

run: ## Set up and start the site, the background worker and the vendor sandbox
	@$(PYTHON) -m devtools.launch run

setup: ## Bring .venv, the pinned packages, the front-end libraries and the keys; no servers
	@$(PYTHON) -m devtools.launch setup

setup-dev:
	@$(PYTHON) -m devtools.launch setup --dev

test: setup-dev ## The whole suite on PostgreSQL, parts on SQLite, and the browser tests
	@$(VENV)/python -m tests.run $(ARGS)

test-fast: setup-dev ## What the changed files reach, on SQLite, without the browser
	@$(VENV)/python -m tests.run --fast $(ARGS)

check: setup-dev ## Lint, format, types, layers, templates, deployment, migrations
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(AS_TEST) $(VENV)/mypy
	$(VENV)/lint-imports --no-cache
	$(VENV)/djlint templates devtools integrations newsfeed recruiting --lint --quiet
	$(AS_PRODUCTION) $(VENV)/python manage.py check --deploy --fail-level WARNING
	$(AS_TEST) $(VENV)/python manage.py makemigrations --check --dry-run

format: setup-dev ## Format the code
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

prove: setup-dev ## A proof too slow for the suite: make prove NAME=kill (tests/proofs/test_kill.py, or a folder: NAME=sandbox)
	@$(VENV)/python -m tests.run --$(ENGINE) -- $(VENV)/python -m pytest -p no:randomly -s -m prove \
		$(if $(NAME),$(or $(wildcard tests/*/test_$(NAME).py),tests/$(NAME))) $(ARGS)

planted: setup-dev ## Plant defects, one at a time, and look which the suite finds: make planted ARGS='--only NAME'
	@$(VENV)/python -m tests.planted.run $(ARGS)

size: ## Count lines by what and where they are, beside the bars of this project
	@$(PYTHON) -m tests.size

bench: setup-dev ## A benchmark: make bench NAME=pages SIZES=10000,100000 (tests/benchmarks/bench_pages.py)
	@test -n "$(NAME)" || { echo "Name a benchmark, for example: make bench NAME=expire"; exit 2; }
	@$(VENV)/python -m tests.run --$(ENGINE) -- $(VENV)/python -m tests.benchmarks.bench_$(NAME) \
		$(if $(SIZES),--sizes $(SIZES)) $(ARGS)

screenshots: setup-dev ## Pictures of every page, light and dark, wide and narrow
	@$(VENV)/python -m tests.browser.screenshots $(ARGS)

schema: setup-dev ## Write what the API is into docs/openapi.yaml, which the suite compares
	$(AS_TEST) $(VENV)/python manage.py spectacular --file docs/openapi.yaml

messages: setup-dev ## Bring the catalogs of careers pages up to what they say; a missing translation is named
	@$(AS_TEST) $(VENV)/python -m devtools.messages

lock: setup-dev ## Compile the hash-pinned requirements from pyproject.toml, and package-lock.json
	$(VENV)/uv pip compile -q $(LOCK) pyproject.toml -o requirements.txt
	$(VENV)/uv pip compile -q $(LOCK) --constraint requirements.txt --group dev pyproject.toml -o requirements-dev.txt
	$(VENV)/uv pip compile -q $(LOCK) --group node -o requirements-node.txt
	npm install --package-lock-only --ignore-scripts
LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock"
