# Two commands do everything: `make run` and `make test`. Each sets up first what is missing.
PYTHON ?= python3
BIN := .venv/bin

# Each process that the tests start would otherwise compile everything anew, where the environment says so.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup run test scale shuffled check types near lint audit bench reader texts pictures lock clean

help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: .venv/ready ## Make the environment in .venv

.venv/ready: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed. Name it: make setup PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --constraint requirements.lock --editable . --group test
	@touch $@

run: .venv/ready ## Open the assistant on http://127.0.0.1:7860
	$(BIN)/coproduction serve $(ARGS)

# A few processes, each of which takes the next file when it is done with one: what the tests of a file share is made once.
test: .venv/ready ## Run the tests
	$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder $(ARGS)

# Skipped by the others, where the extra is not installed. Not by the lock, for s3fs wants an fsspec of its own release.
SCALE = milvus postgres on_ray several_copies kept_files index vector_store conversations
scale: .venv/ready ## Run the tests of Milvus, PostgreSQL and Ray, and install what they speak to those with
	$(BIN)/python -m pip install --quiet --editable ".[scale]" --group test
	$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile $(SCALE:%=tests/test_%.py) $(ARGS)

shuffled: .venv/ready ## Run the tests in random order
	$(BIN)/python -m pytest --numprocesses=auto --dist=worksteal -p randomly $(ARGS)

check: .venv/ready ## Format, lint and type-check, and run the tests nearest to what changed, in a minute
	$(BIN)/ruff format .
	$(BIN)/ruff check .
	@$(MAKE) --no-print-directory --jobs=2 types near

types: .venv/ready ## Check the types
	$(BIN)/mypy

near: .venv/ready ## Run the tests nearest to what changed
	$(BIN)/python -m tests.near $(ARGS)

lint: .venv/ready types ## Check style, types, and for what attackers use
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml app.py cli common export ingest page rag service vector_store

audit: .venv/ready ## Ask whether a fault is known in what is installed (asks the package index)
	$(BIN)/pip-audit --requirement requirements.lock --no-deps --disable-pip

bench: .venv/ready ## Measure adding and asking beside others' tutorials (ARGS="--files 20" is shorter)
	$(BIN)/python -m benchmarks.compare_frameworks $(ARGS)

READER ?= build/reader
reader: .venv/ready ## Train the reader on the sets in DATA=folder, or go on with it; READER says where it goes
	nice $(BIN)/python -m training $(DATA) $(READER) $(ARGS)

TEXTS := page/locale/coproduction.pot
texts: .venv/ready ## Gather the texts for translators, and compile the translations
	$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --keywords N_ --add-comments Translators: \
		--strip-comments --add-location file --sort-by-file --project coproduction --copyright-holder "the coproduction project" \
		--output-file $(TEXTS) export ingest page rag service
	$(if $(wildcard page/locale/*/LC_MESSAGES/*.po), \
		$(BIN)/pybabel --quiet update --domain coproduction --input-file $(TEXTS) --output-dir page/locale && \
		$(BIN)/pybabel --quiet compile --domain coproduction --directory page/locale --statistics)

pictures: .venv/ready ## Take the pictures of the page that the README shows
	$(BIN)/python -m docs.pictures

lock: .venv/ready ## Write the versions that are installed now into requirements.lock
	$(BIN)/python -m pip freeze --exclude-editable | sed -E 's/\+cpu$$//' > requirements.lock

clean: ## Remove the environment
	rm -rf .venv
