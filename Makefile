# One Hidden Layer. `make help` lists what there is; nothing needs to be activated first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed.stamp
HTML := _build/html
PAGE := $(HTML)/index.html
PORT ?= 8000
NOTEBOOKS := $(wildcard notebooks/*.ipynb)
SOURCES := index.md _config.yml _toc.yml $(NOTEBOOKS) $(wildcard nnlib/*.py nnlib/*.mplstyle nnlib/data/*) \
           $(wildcard book/* book/assets/* book/assets/live/* book/_ext/*.py)

# So that the lines of two jobs do not mix; old versions of make cannot.
SYNC := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

# One thread for small matrices: quicker, and the same sums everywhere.
export OPENBLAS_NUM_THREADS = 1
export PYDEVD_DISABLE_FILE_VALIDATION = 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help book test test-code test-notebooks test-old-cpu test-book serve lab notebooks lint requirements clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

book: $(PAGE)  ## run the notebooks and build the pages (only if something changed)
	@printf '\nThe book is built. Open it in a browser:\n  file://%s\nor type make serve and open http://127.0.0.1:$(PORT)\n' \
	    "$$(pwd | sed 's/ /%20/g')/$(PAGE)"

# Two jobs at a time: while the book is built, the code and the notebooks are tested.
test: $(STAMP)  ## run every check: style, imports, unit, notebooks, pages
	@$(MAKE) --no-print-directory --keep-going --jobs=2 $(SYNC) test-book lint test-code test-notebooks
	@echo "All checks passed."

test-code: $(STAMP)  ## unit and property tests only
	$(BIN)/python -m pytest tests --ignore=tests/book --ignore=tests/browser

test-notebooks: $(STAMP)  ## run the notebooks and compare with the outputs they carry
	$(BIN)/python tools/execute_notebooks.py --check
	$(BIN)/python -m pytest --nbval --nbval-cell-timeout=180 notebooks

test-old-cpu: $(STAMP)  ## run the notebooks as on an older CPU, without numpy's newer instructions
	$(BIN)/python tools/on_an_old_cpu.py $(BIN)/python -m pytest --nbval --nbval-cell-timeout=180 notebooks

test-book: $(PAGE)  ## check the built pages, also in a browser
	$(BIN)/python -m pytest tests/book tests/browser

serve: $(PAGE)  ## show the book on http://127.0.0.1:8000
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory $(HTML) $(PORT)

lab: $(STAMP)  ## open JupyterLab on the notebooks
	$(BIN)/jupyter lab --ip=127.0.0.1 notebooks

notebooks: $(STAMP)  ## execute the notebooks in place and store their outputs
	$(BIN)/python tools/execute_notebooks.py

lint: $(STAMP)  ## style (ruff) and the order of imports (import-linter)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

requirements: $(STAMP)  ## write the newest versions that fit into requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	echo '-e .[book,test]' | $(BIN)/uv pip compile - --universal --upgrade --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links --output-file requirements.txt

clean:  ## remove what was built, keep what was installed
	rm -rf _build .pytest_cache .ruff_cache .hypothesis .import_linter_cache nnlib.egg-info
	find nnlib tests tools book notebooks -name __pycache__ -o -name .ipynb_checkpoints | xargs rm -rf

# Built beside the old book and moved into place as a whole: a build that was stopped leaves no half a book.
$(PAGE): $(STAMP) $(SOURCES)
	@echo "Building the book; it runs every notebook, which takes about a minute."
	@rm -rf _build/new && mkdir -p _build
	@# What `jupyter-book build -W -n --keep-going .` does, but two notebooks at a time.
	@$(BIN)/jupyter-book config sphinx . >_build/book.log
	PYTHONPATH=book/_ext $(BIN)/sphinx-build -j 2 -q -W -n --keep-going -b html \
	    -d _build/new/doctrees . _build/new/html >>_build/book.log || { cat _build/book.log; exit 1; }
	@test -s _build/new/html/index.html
	@rm -rf $(HTML)
	@mv _build/new/html $(HTML)
	@rm -rf _build/new

$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'Python 3.11 or newer is needed. If it has another name: make PYTHON=python3.12 ...' >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@
