# One Hidden Layer. `make help` lists what there is; nothing needs to be activated first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed.stamp
HTML := _build/html
PAGE := $(HTML)/index.html
PDF := $(HTML)/one-hidden-layer.pdf
BENCH := _build/bench
# A CPU build; benchmarks/README.md says where there is one.
TORCH ?= torch==2.13.0+cpu
PORT ?= 8000
SEED ?= 0
NOTEBOOKS := $(sort $(wildcard notebooks/*.ipynb))
SOURCES := index.md _config.yml _toc.yml $(NOTEBOOKS) $(wildcard nnlib/*.py nnlib/*.mplstyle nnlib/data/*) \
           $(wildcard book/* book/assets/* book/assets/live/* book/_ext/*.py) \
           tools/build_lite.py tools/zip_book.py

# So that the lines of two jobs do not mix; old versions of make cannot.
SYNC := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

# One thread for small matrices: quicker, and the same sums everywhere.
export OPENBLAS_NUM_THREADS = 1
export PYDEVD_DISABLE_FILE_VALIDATION = 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help book pdf test test-code fuzz test-notebooks test-old-cpu test-book test-plain linkcheck newest \
        bench serve lab notebooks diffs address lint requirements clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

book: $(PAGE)  ## run the notebooks and build the pages (only if something changed)
	@printf '\nThe book is built. Open it in a browser:\n  file://%s\nor type make serve and open http://127.0.0.1:$(PORT)\n' \
	    "$$(pwd | sed 's/ /%20/g')/$(PAGE)"

# Two jobs at a time: while the book is built, the code and the notebooks are tested.
pdf: $(PDF)  ## make one PDF of the whole book (needs Chromium or Chrome)
	@ls -lh $(PDF)

test: $(STAMP)  ## run every check: style, imports, unit, notebooks, pages
	@$(MAKE) --no-print-directory --keep-going --jobs=2 $(SYNC) test-book lint test-code test-notebooks
	@echo "All checks passed."

test-code: $(STAMP)  ## unit and property tests only
	$(BIN)/python -m pytest tests --ignore=tests/book --ignore=tests/browser

fuzz: $(STAMP)  ## over 20,000 generated calls of all public functions; SEED=1 makes other ones
	FUZZ=long $(BIN)/python -m pytest tests/fuzz --hypothesis-seed=$(SEED)

test-notebooks: $(STAMP)  ## run the notebooks and compare with the outputs they carry
	$(BIN)/python tools/execute_notebooks.py --check
	$(BIN)/python -m pytest --nbval --nbval-cell-timeout=180 notebooks

test-old-cpu: $(STAMP)  ## run the notebooks as on an older CPU, without numpy's newer instructions
	$(BIN)/python tools/on_an_old_cpu.py $(BIN)/python -m pytest --nbval --nbval-cell-timeout=180 notebooks

test-book: $(PAGE)  ## check the built pages, also in a browser
	$(BIN)/python -m pytest tests/book tests/browser

test-plain: $(STAMP)  ## run every notebook in a fresh environment made from requirements.txt alone
	rm -rf _build/plain && $(PYTHON) -m venv _build/plain
	_build/plain/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	_build/plain/bin/python -m pytest --nbval --nbval-cell-timeout=60 -p no:cacheprovider notebooks

linkcheck: $(STAMP)  ## try every link to another site (needs the internet)
	@mkdir -p _build && $(BIN)/jupyter-book config sphinx . >_build/book.log
	PYTHONPATH=book/_ext $(BIN)/sphinx-build -q -n -b linkcheck -D nb_execution_mode=off \
	    -d _build/links/doctrees . _build/links

newest: $(STAMP)  ## install the newest versions that pyproject.toml allows, to see what they break
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --upgrade-strategy eager \
	    -e '.[book,test]'
	@touch $(STAMP)

bench: $(BENCH)/installed.stamp  ## measure nnlib against its peers, write benchmarks/results.json (ten minutes)
	$(BENCH)/bin/python -m benchmarks.run

serve: $(PAGE)  ## show the book on http://127.0.0.1:8000
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory $(HTML) $(PORT)

lab: $(STAMP)  ## open JupyterLab at chapter 1
	$(BIN)/jupyter lab --ip=127.0.0.1 $(firstword $(NOTEBOOKS))

notebooks: $(STAMP)  ## execute the notebooks in place and store their outputs
	$(BIN)/python tools/execute_notebooks.py

diffs: $(STAMP)  ## let git show the changes of notebooks cell by cell, in this copy of the repository
	git config diff.jupyternotebook.command '$(BIN)/git-nbdiffdriver diff --ignore-metadata'
	git config merge.jupyternotebook.name 'notebooks, cell by cell (nbdime)'
	git config merge.jupyternotebook.driver '$(BIN)/git-nbmergedriver merge %O %A %B %L %P'

address: $(STAMP)  ## write the repository's address of _config.yml wherever it has to stand
	$(BIN)/python tools/set_address.py

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
	@touch _build/new/html/.nojekyll  # so that GitHub Pages shows folders such as _static
	$(BIN)/python tools/build_lite.py _build/new/html
	$(BIN)/python tools/zip_book.py _build/new/html
	@rm -rf $(HTML)
	@mv _build/new/html $(HTML)
	@rm -rf _build/new

# The one page of the PDF runs the notebooks again. The link to the PDF is set before the PDF is
# moved into place, so that the file is newer than the page that it depends on.
$(PDF): $(PAGE) tools/make_pdf.py tools/print.css
	@echo "Building one page of the whole book for printing; this takes about two minutes."
	@$(BIN)/jupyter-book config sphinx . >_build/book.log
	PYTHONPATH=book/_ext $(BIN)/sphinx-build -j 2 -q -W -n --keep-going -b singlehtml \
	    -d _build/print/doctrees . _build/print/html >>_build/book.log || { cat _build/book.log; exit 1; }
	$(BIN)/python tools/make_pdf.py _build/print/html $@

$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'Python 3.11 or newer is needed. If it has another name: make PYTHON=python3.12 ...' >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

# Its own environment, so that the book's stays small. PyTorch comes first: what follows then finds
# its CPU build in place and does not fetch another, which would carry gigabytes for graphics cards.
$(BENCH)/installed.stamp: pyproject.toml
	test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check $(TORCH) || \
	    { echo 'No CPU build of PyTorch found: see benchmarks/README.md.' >&2; exit 1; }
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@
