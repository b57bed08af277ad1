# One Hidden Layer. `make help` lists what there is; nothing needs to be activated first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed.stamp
WARM := $(VENV)/compiled.stamp
HTML := _build/html
PAGE := $(HTML)/index.html
PDF := $(HTML)/one-hidden-layer.pdf
PORT ?= 8000
PIP := -m pip install --quiet --disable-pip-version-check
# A name may have a blank in it.
FINISHING := $(addprefix tools/,finish_pages.py formulas.py styles.py pictures.py)
SOURCES := index.md _config.yml _toc.yml tools/build_lite.py tools/zip_book.py tools/whole_file.py $(FINISHING) \
           $(shell find nnlib book notebooks -type f ! -path '*/.*' ! -path '*/__pycache__/*' | sed 's/ /\\ /g')

# So that the lines of several jobs do not mix; old versions of make cannot.
SYNC := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
# For two cores, as a browser's tests often wait.
THREE_JOBS := --no-print-directory --keep-going --jobs=3 $(SYNC)

# One thread for small matrices: quicker, and the same sums everywhere.
export OPENBLAS_NUM_THREADS = 1
export PYDEVD_DISABLE_FILE_VALIDATION = 1
# Whoever has set it for scripts of their own would get a book without pictures.
unexport MPLBACKEND
# As containers set it: every kernel would compile all modules anew, three seconds of each start.
unexport PYTHONDONTWRITEBYTECODE
# Not at home, which may be read-only, or hold settings of one's own.
export MPLCONFIGDIR = $(CURDIR)/$(VENV)/matplotlib
export IPYTHONDIR = $(CURDIR)/$(VENV)/ipython

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Both come into place whole, by a rename: Ctrl-C a moment later must not take a page out of the book.
.PRECIOUS: $(PAGE) $(PDF)
.PHONY: help book serve lab pdf notebooks test test-code test-book test-pages test-figures lint check-students class-bets address clean

help:  ## list the targets
	@awk -F':.*## ' 'FNR == 1 && NR > 1 { print "\nFor whoever maintains the course (maintain.mk):" } \
	    /^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

book: $(PAGE)  ## run the notebooks and build the pages (only if something changed)
	@printf '\nThe book is built. Open it in a browser:\n  file://%s\nor type make serve and open http://127.0.0.1:$(PORT)\n' \
	    "$$(pwd | sed 's/%/%25/g; s/ /%20/g; s/#/%23/g; s/?/%3F/g')/$(PAGE)"

serve: $(PAGE)  ## show the book on http://127.0.0.1:8000
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory $(HTML) $(PORT)

lab: $(WARM)  ## open JupyterLab at chapter 1
	@set -- notebooks/*.ipynb; $(BIN)/jupyter lab --ip=127.0.0.1 "$$1"

pdf: $(PDF)  ## make one PDF of the whole book (needs Chromium or Chrome)
	@ls -lh $(PDF)

notebooks: $(WARM)  ## run the notebooks and store what they put out, where it differs; ALL=1 stores all of it
	$(BIN)/python tools/execute_notebooks.py $(if $(ALL),--all)

# While the book is built, the code is tested.
test: $(STAMP)  ## run every check: style, imports, code, notebooks, pages
	@$(MAKE) $(THREE_JOBS) test-book lint test-code
	@echo "All checks passed."

test-code: $(WARM)  ## test the code only
	$(BIN)/python -m pytest tests --ignore=tests/book --ignore=tests/browser

test-book: test-pages test-figures  ## check what the notebooks put out in the book, and the pages, also in a browser

OF_PAGES := $(addprefix tests/browser/test_,pages.py engines.py lab.py lite.py pdf.py)
test-pages: $(PAGE)  ## one half of test-book: every page, also in other browsers and in JupyterLab
	$(BIN)/python -m pytest tests/book $(OF_PAGES)

test-figures: $(PAGE)  ## the other half: what happens in the live figures, bets and exercises
	$(BIN)/python -m pytest tests/browser $(addprefix --ignore=,$(OF_PAGES))

lint: $(STAMP)  ## style (ruff), the order of imports (import-linter), the form of the notebooks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python tools/execute_notebooks.py --check

check-students: $(WARM)  ## run a class's notebooks against the checks: make check-students DIR=submissions
	$(BIN)/python tools/check_students.py "$(DIR)"

class-bets: $(STAMP)  ## histograms of the bets that a class exported: make class-bets DIR=exported
	$(BIN)/python tools/class_bets.py "$(DIR)" $(if $(ANSWERS),--answers)

address: $(STAMP)  ## write the repository's address of _config.yml wherever it has to stand
	$(BIN)/python tools/set_address.py

clean:  ## remove what was built, keep what was installed
	rm -rf _build .pytest_cache .ruff_cache .hypothesis .import_linter_cache nnlib.egg-info $(WARM)
	find nnlib tests tools book notebooks -name __pycache__ -o -name .ipynb_checkpoints | xargs rm -rf

include maintain.mk

# Built beside the old book; then two renames put it in its place. Whenever a build is killed, _build/html
# is the old book, the new one or none. To remove the old one first would leave half of it for a while.
$(PAGE): $(STAMP) $(SOURCES) | $(WARM)
	@echo "Building the book; it runs every notebook, which takes about a minute."
	@rm -rf _build/new _build/old _build/jupyter_execute && mkdir -p _build
	@# What `jupyter-book build -W -n --keep-going .` does, but two notebooks at a time.
	@$(BIN)/jupyter-book config sphinx . >_build/book.log
	@PYTHONPATH=book/_ext $(BIN)/sphinx-build -j 2 -q -W -n --keep-going -b html \
	    -d _build/new/doctrees . _build/new/html >>_build/book.log 2>&1 || { cat _build/book.log; exit 1; }
	@test -s _build/new/html/index.html
	@touch _build/new/html/.nojekyll  # so that GitHub Pages shows folders such as _static
	@$(BIN)/python tools/finish_pages.py _build/new/html
	@$(BIN)/python tools/build_lite.py _build/new/html
	@$(BIN)/python tools/zip_book.py _build/new/html
	@# The notebooks as they were run, for tests/book/test_outputs.py.
	@mv _build/new/jupyter_execute _build
	@if test -e $(HTML); then mv $(HTML) _build/old; fi
	@mv _build/new/html $(HTML)
	@rm -rf _build/new _build/old

# The one page of the PDF runs the notebooks again; from nothing, for an earlier run may have been killed.
$(PDF): $(PAGE) tools/make_pdf.py tools/whole_file.py
	@echo "Building one page of the whole book for printing; this takes about two minutes."
	@rm -rf _build/print && mkdir -p _build
	@$(BIN)/jupyter-book config sphinx . >_build/book.log
	@PYTHONPATH=book/_ext $(BIN)/sphinx-build -j 2 -q -W -n --keep-going -b singlehtml \
	    -d _build/print/doctrees . _build/print/html >>_build/book.log 2>&1 || { cat _build/book.log; exit 1; }
	@$(BIN)/python tools/make_pdf.py _build/print/html $@

$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'Python 3.11 or newer is needed. If it has another name: make PYTHON=python3.12 ...' >&2; exit 1; }
	@# One that was killed begins anew: pip takes a package for installed of which some files are missing.
	@test ! -e $(VENV).unfinished || rm -rf $(VENV)
	@touch $(VENV).unfinished
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@# Half of the time would go into compiling modules of which most are never imported.
	{ $(BIN)/python $(PIP) --no-compile --require-hashes -r requirements.txt && \
	    $(BIN)/python $(PIP) --no-deps --no-build-isolation -e .; } || \
	    { rm -f $(VENV).unfinished; exit 1; }
	@touch $@ && rm -f $(VENV).unfinished

# numba keeps what it has compiled beside the source, matplotlib the list of fonts. Ten seconds once,
# instead of in every notebook.
$(WARM): $(STAMP) $(wildcard nnlib/compiled/*.py)
	@$(BIN)/python -c 'from nnlib import compiled; compiled.warm_up(); import matplotlib.font_manager'
	@touch $@
