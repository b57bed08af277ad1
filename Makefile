# One Hidden Layer. `make help` lists what there is; nothing needs to be activated first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed.stamp
HTML := _build/html
MUTANTS := _build/mutants
PAGE := $(HTML)/index.html
PDF := $(HTML)/one-hidden-layer.pdf
BENCH := _build/bench
# A CPU build; benchmarks/README.md says where there is one.
TORCH ?= torch==2.13.0+cpu
PORT ?= 8000
SEED ?= 0
UV := _build/uv/bin/uv
PIP := -m pip install --quiet --disable-pip-version-check
# Set by targets that run the tests in another way: what stands before the command.
WRAP :=
NOTEBOOKS := $(sort $(wildcard notebooks/*.ipynb))
SOURCES := index.md _config.yml _toc.yml $(NOTEBOOKS) $(wildcard nnlib/*.py nnlib/*.mplstyle nnlib/data/*) \
           $(wildcard book/* book/assets/* book/assets/live/* book/_ext/*.py) \
           tools/build_lite.py tools/zip_book.py tools/whole_file.py

# So that the lines of two jobs do not mix; old versions of make cannot.
SYNC := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

# One thread for small matrices: quicker, and the same sums everywhere.
export OPENBLAS_NUM_THREADS = 1
export PYDEVD_DISABLE_FILE_VALIDATION = 1
# Whoever has set it for scripts of their own would get a book without pictures.
unexport MPLBACKEND

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Both come into place whole, by a rename: Ctrl-C a moment later must not take a page out of the book.
.PRECIOUS: $(PAGE) $(PDF)
.PHONY: help book pdf test test-code fuzz test-notebooks test-old-cpu test-book test-hostile test-plain oldest newest \
        linkcheck audit-dependencies bench mutants sweep serve lab notebooks diffs address lint requirements licences clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-18s %s\n", $$1, $$2}'

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
	$(WRAP) $(BIN)/python -m pytest tests --ignore=tests/book --ignore=tests/browser

fuzz: $(STAMP)  ## over 20,000 generated calls of all public functions; SEED=1 makes other ones
	FUZZ=long $(BIN)/python -m pytest tests/fuzz --hypothesis-seed=$(SEED)

test-notebooks: $(STAMP)  ## run the notebooks and compare with the outputs they carry
	$(BIN)/python tools/execute_notebooks.py --check
	$(WRAP) $(BIN)/python -m pytest --nbval --nbval-cell-timeout=180 notebooks

test-old-cpu: $(STAMP)  ## code and notebooks as on an older CPU, without numpy's newer instructions
	@$(MAKE) --no-print-directory --keep-going --jobs=2 $(SYNC) \
	    WRAP='$(BIN)/python tools/on_an_old_cpu.py' test-code test-notebooks

test-book: $(PAGE)  ## check the built pages, also in a browser
	$(BIN)/python -m pytest tests/book tests/browser

test-hostile: $(PAGE)  ## every slider setting, 1,000 random events a figure, notebooks twice, killed builds
	HOSTILE=1 $(BIN)/python -m pytest --durations=10 tests/hostile tests/unit/test_every_setting.py \
	    tests/browser/test_hostile_events.py

test-plain: $(STAMP)  ## run every notebook in a fresh environment made from requirements.txt alone
	rm -rf _build/plain && $(PYTHON) -m venv _build/plain
	_build/plain/bin/python $(PIP) -r requirements.txt
	PATH="$$PWD/_build/plain/bin:$$PATH" ./postBuild
	_build/plain/bin/python -m pytest --nbval --nbval-cell-timeout=60 -p no:cacheprovider notebooks

oldest:  ## code and notebooks with the oldest versions that pyproject.toml allows
newest:  ## code and notebooks with the newest versions that pyproject.toml allows

oldest: RESOLUTION := lowest-direct
newest: RESOLUTION := highest
# What is inside an old version may be deprecated by a newer library below it, and still work.
oldest: export PYTEST_ADDOPTS := -W ignore::DeprecationWarning
oldest newest: $(UV)
	rm -rf _build/$@ && $(PYTHON) -m venv _build/$@
	$(UV) pip install --quiet --python _build/$@/bin/python --resolution $(RESOLUTION) -e '.[book,test]'
	_build/$@/bin/python tools/show_versions.py --$@
	@touch _build/$@/installed.stamp
	@$(MAKE) --no-print-directory --keep-going --jobs=2 $(SYNC) VENV=_build/$@ test-code test-notebooks

linkcheck: $(STAMP)  ## try every link to another site (needs the internet)
	@mkdir -p _build && $(BIN)/jupyter-book config sphinx . >_build/book.log
	PYTHONPATH=book/_ext $(BIN)/sphinx-build -q -n -b linkcheck -D nb_execution_mode=off \
	    -d _build/links/doctrees . _build/links

audit-dependencies:  ## look for known vulnerabilities of the versions in requirements.txt (needs the internet)
	rm -rf _build/audit && $(PYTHON) -m venv _build/audit
	_build/audit/bin/python $(PIP) pip-audit
	_build/audit/bin/pip-audit --strict --requirement requirements.txt --require-hashes --disable-pip

bench: $(BENCH)/installed.stamp  ## measure nnlib against its peers, write nnlib/data/benchmarks.json (three to ten minutes)
	$(BENCH)/bin/python -m benchmarks.run

sweep: $(STAMP)  ## train the 2600 runs behind chapter 5's heat maps again (five to ten minutes on two cores)
	$(BIN)/python tools/make_sweep.py

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

# In a copy, as mutmut writes beside the source. It fails if the tests fail, not if a mutant survives.
mutants: $(MUTANTS)/installed.stamp  ## change nnlib's core in 2300 ways, to see that the tests notice (ten to twenty minutes)
	rm -rf $(MUTANTS)/copy && mkdir $(MUTANTS)/copy
	cp -R nnlib tests pyproject.toml README.md $(MUTANTS)/copy
	cd $(MUTANTS)/copy && ../env/bin/python -m mutmut run --max-children 1
	cd $(MUTANTS)/copy && ../env/bin/python -m mutmut results

lint: $(STAMP)  ## style (ruff) and the order of imports (import-linter)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

requirements: $(UV)  ## write the newest versions that fit, and their hashes, into requirements.txt
	$(UV) pip compile pyproject.toml --extra book --extra test --universal --generate-hashes --upgrade --quiet \
	    --no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file requirements.txt
	@$(MAKE) --no-print-directory licences

licences: $(STAMP)  ## list the licences of all dependencies in LICENSES-third-party.md
	$(BIN)/python tools/list_licences.py

clean:  ## remove what was built, keep what was installed
	rm -rf _build .pytest_cache .ruff_cache .hypothesis .import_linter_cache nnlib.egg-info
	find nnlib tests tools book notebooks -name __pycache__ -o -name .ipynb_checkpoints | xargs rm -rf

# Built beside the old book; then two renames put it in its place. Whenever a build is killed, _build/html
# is the old book, the new one or none. To remove the old one first would leave half of it for a while.
$(PAGE): $(STAMP) $(SOURCES)
	@echo "Building the book; it runs every notebook, which takes about a minute."
	@rm -rf _build/new _build/old && mkdir -p _build
	@# What `jupyter-book build -W -n --keep-going .` does, but two notebooks at a time.
	@$(BIN)/jupyter-book config sphinx . >_build/book.log
	PYTHONPATH=book/_ext $(BIN)/sphinx-build -j 2 -q -W -n --keep-going -b html \
	    -d _build/new/doctrees . _build/new/html >>_build/book.log || { cat _build/book.log; exit 1; }
	@test -s _build/new/html/index.html
	@touch _build/new/html/.nojekyll  # so that GitHub Pages shows folders such as _static
	$(BIN)/python tools/build_lite.py _build/new/html
	$(BIN)/python tools/zip_book.py _build/new/html
	@if test -e $(HTML); then mv $(HTML) _build/old; fi
	@mv _build/new/html $(HTML)
	@rm -rf _build/new _build/old

# The one page of the PDF runs the notebooks again; from nothing, for an earlier run may have been killed.
$(PDF): $(PAGE) tools/make_pdf.py tools/whole_file.py tools/print.css
	@echo "Building one page of the whole book for printing; this takes about two minutes."
	@rm -rf _build/print && mkdir -p _build
	@$(BIN)/jupyter-book config sphinx . >_build/book.log
	PYTHONPATH=book/_ext $(BIN)/sphinx-build -j 2 -q -W -n --keep-going -b singlehtml \
	    -d _build/print/doctrees . _build/print/html >>_build/book.log || { cat _build/book.log; exit 1; }
	$(BIN)/python tools/make_pdf.py _build/print/html $@

$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'Python 3.11 or newer is needed. If it has another name: make PYTHON=python3.12 ...' >&2; exit 1; }
	@# One that was killed begins anew: pip takes a package for installed of which some files are missing.
	@test ! -e $(VENV).unfinished || rm -rf $(VENV)
	@touch $(VENV).unfinished
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	{ $(BIN)/python $(PIP) --require-hashes -r requirements.txt && \
	    $(BIN)/python $(PIP) --no-deps --no-build-isolation -e .; } || \
	    { rm -f $(VENV).unfinished; exit 1; }
	@touch $@ && rm -f $(VENV).unfinished

# Compiles requirements.txt and makes the environments with other versions; no part of the course.
$(UV):
	$(PYTHON) -m venv _build/uv && _build/uv/bin/python $(PIP) uv

# Pinned, as the number of mutants depends on the version. The package itself is taken from the copy.
$(MUTANTS)/installed.stamp: requirements.txt
	test -x $(MUTANTS)/env/bin/python || $(PYTHON) -m venv $(MUTANTS)/env
	$(MUTANTS)/env/bin/python $(PIP) -r requirements.txt
	$(MUTANTS)/env/bin/python $(PIP) mutmut==3.8.1
	@touch $@

# Its own environment, so that the book's stays small. PyTorch comes first: what follows then finds
# its CPU build in place and does not fetch another, which would carry gigabytes for graphics cards.
$(BENCH)/installed.stamp: pyproject.toml
	test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python $(PIP) $(TORCH) || \
	    { echo 'No CPU build of PyTorch found: see benchmarks/README.md.' >&2; exit 1; }
	$(BENCH)/bin/python $(PIP) -e '.[bench]'
	@touch $@
