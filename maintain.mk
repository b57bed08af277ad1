# Targets for whoever maintains the course. The Makefile includes this file: `make mutants` works as `make book` does.

SEED ?= 0
# A CPU build; benchmarks/README.md says where there is one.
TORCH ?= torch==2.13.0+cpu
BENCH := _build/bench
MUTANTS := _build/mutants
UV := _build/uv/bin/uv
NBVAL := -m pytest --nbval --nbval-cell-timeout=180 notebooks
OLD_CPU := $(BIN)/python tools/on_an_old_cpu.py
# No number there depends on the processor, or other tests hold it: scripts, pictures, refusals; the notebooks run anyway.
SAME_ON_ANY_CPU := --ignore=tests/book --ignore=tests/browser --ignore=tests/tools --ignore=tests/notebooks \
    --ignore=tests/fuzz --ignore-glob='*/test_plots*' --ignore-glob='*/test_slider*' --ignore-glob='*/test_own_data*'

.PHONY: test-all test-notebooks test-old-cpu old-numbers old-notebooks test-hostile test-plain fuzz oldest newest \
        mutants bench sweep linkcheck audit-dependencies requirements licences diffs

# The longest first. On this processor the notebooks run in the book, whose tests compare what they put out.
# They take longest, and make would give the first free place to what has waited for it, not to them.
test-all: $(STAMP)  ## every check of make test and of make test-old-cpu, three jobs at a time
	@$(MAKE) $(THREE_JOBS) FIRST=$(PAGE) test-book old-notebooks test-code old-numbers lint
old-numbers lint: | $(FIRST)

test-old-cpu: $(STAMP)  ## notebooks and tests of numbers as on an older CPU, without newer instructions
	@$(MAKE) $(THREE_JOBS) old-notebooks old-numbers

old-notebooks: $(WARM)
	$(OLD_CPU) $(BIN)/python $(NBVAL)

old-numbers: $(WARM)
	$(OLD_CPU) $(BIN)/python -m pytest tests $(SAME_ON_ANY_CPU)

test-notebooks: $(WARM)  ## run the notebooks and compare with the outputs they carry (nbval)
	$(BIN)/python $(NBVAL)

test-hostile: $(PAGE)  ## every slider setting, 1,000 random events a figure, notebooks twice, killed builds
	HOSTILE=1 $(BIN)/python -m pytest --durations=10 tests/hostile tests/unit/test_sliders.py \
	    tests/browser/test_hostile_events.py

test-plain: $(STAMP)  ## run every notebook in a fresh environment made from requirements.txt alone
	rm -rf _build/plain && $(PYTHON) -m venv _build/plain
	_build/plain/bin/python $(PIP) -r requirements.txt
	PATH="$$PWD/_build/plain/bin:$$PATH" ./postBuild
	_build/plain/bin/python $(NBVAL) -p no:cacheprovider

fuzz: $(STAMP)  ## over 20,000 generated calls of all public functions; SEED=1 makes other ones
	FUZZ=long $(BIN)/python -m pytest tests/fuzz --hypothesis-seed=$(SEED)

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
	@$(MAKE) $(THREE_JOBS) VENV=_build/$@ test-code test-notebooks

# In a copy, as mutmut writes beside the source. It fails if the tests fail, not if a mutant survives.
mutants: $(MUTANTS)/installed.stamp  ## change nnlib's core in 2300 ways, to see that the tests notice (ten to twenty minutes)
	rm -rf $(MUTANTS)/copy && mkdir $(MUTANTS)/copy
	cp -R nnlib tests pyproject.toml README.md $(MUTANTS)/copy
	cd $(MUTANTS)/copy && ../env/bin/python -m mutmut run --max-children 1
	cd $(MUTANTS)/copy && ../env/bin/python -m mutmut results

bench: $(BENCH)/installed.stamp  ## measure nnlib against its peers, write nnlib/data/benchmarks.json (five to eight minutes)
	$(BENCH)/bin/python -m benchmarks.run

sweep: $(STAMP)  ## train the 2600 runs behind chapter 5's heat maps again (three to four minutes on two cores)
	$(BIN)/python tools/make_sweep.py

linkcheck: $(STAMP)  ## try every link to another site (needs the internet)
	@mkdir -p _build && $(BIN)/jupyter-book config sphinx . >_build/book.log
	PYTHONPATH=book/_ext $(BIN)/sphinx-build -q -n -b linkcheck -D nb_execution_mode=off \
	    -d _build/links/doctrees . _build/links

audit-dependencies:  ## look for known vulnerabilities of the versions in requirements.txt (needs the internet)
	rm -rf _build/audit && $(PYTHON) -m venv _build/audit
	_build/audit/bin/python $(PIP) pip-audit
	_build/audit/bin/pip-audit --strict --requirement requirements.txt --require-hashes --disable-pip

requirements: $(UV)  ## write the newest versions that fit, and their hashes, into requirements.txt
	$(UV) pip compile pyproject.toml --extra book --extra test --universal --generate-hashes --upgrade --quiet \
	    --no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file requirements.txt
	@$(MAKE) --no-print-directory licences

licences: $(STAMP)  ## list the licences of all dependencies in LICENSES-third-party.md
	$(BIN)/python tools/list_licences.py

diffs: $(STAMP)  ## let git show the changes of notebooks cell by cell, in this copy of the repository
	git config diff.jupyternotebook.command '$(BIN)/git-nbdiffdriver diff --ignore-metadata'
	git config merge.jupyternotebook.name 'notebooks, cell by cell (nbdime)'
	git config merge.jupyternotebook.driver '$(BIN)/git-nbmergedriver merge %O %A %B %L %P'

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
