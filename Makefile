# Thin over the npm scripts of package.json, which run on the pinned Node (node_modules/.bin/node).
.PHONY: install lint test simulate build bench calibrate demo clean

PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed

install: node_modules/.package-lock.json $(STAMP)

# Not `npm ci`: it refuses a lock file that lacks the packages of platforms which a registry does not carry.
# --no-save keeps the lock file as it is; what it pins is installed.
node_modules/.package-lock.json: package.json package-lock.json
	npm install --no-save --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMP): scripts/requirements.txt
	$(PYTHON) scripts/python-env.py $(VENV) scripts/requirements.txt
	@touch $@

lint: install
	npm run --silent lint

test: install
	npm run --silent test

# N schedules from SEED on; SEED alone replays one with its story.
simulate: install
	npm run --silent simulate

build: install
	npm run --silent build

bench: install
	npm run --silent bench

calibrate: install
	npm run --silent calibrate

demo: install
	npm run --silent demo

clean:
	rm -rf node_modules $(VENV) build dist reports .slipway .stryker-tmp
