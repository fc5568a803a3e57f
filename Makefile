# Each target does its own set-up; nothing needs to be installed first but Node 20+ (Python 3 with pip for speech and training, Go and Java
# with Maven for the servers of the cloud tests).
SHELL := /bin/bash

.PHONY: demo test test-speech test-training test-api-fuzz test-cloud start bench lint

node_modules/.package-lock.json: package.json package-lock.json .npmrc
	npm ci --no-audit --no-fund
	@touch $@

install: node_modules/.package-lock.json

demo: install            ## the main job on a real photo: speak, click, watch
	npm run -s weights
	npm run -s demo

start: install           ## the service on http://127.0.0.1:8080, Swagger UI at /docs
	npm run -s weights
	npm start -s

test: install            ## types, lint and every test, with Node alone
	npm test

test-speech: install     ## the tests that listen with the real Whisper weights (downloads 150 MB once)
	npm run -s weights
	npm run test:speech

test-training: .venv/.installed  ## the Python side: a tiny model trains for a minute
	.venv/bin/ruff check models/training tests/fuzz
	.venv/bin/python -m pytest -q models/training/tests

.venv/.installed: models/training/requirements.txt
	python3 -m venv .venv
	.venv/bin/pip install -q --disable-pip-version-check -r models/training/requirements.txt
	@touch $@

test-cloud: install .cache/cloud/installed  ## S3 and SQS: the same contracts and an animation, on real servers
	npm run -s weights
	npm run -s test:cloud

.cache/cloud/installed: tests/cloud/install.sh tests/cloud/pom.xml
	bash tests/cloud/install.sh

test-api-fuzz: install .venv-schemathesis/.installed  ## schemathesis against the running service: all checks, all phases
	node --import tsx tests/fuzz/run.ts --seed 1

.venv-schemathesis/.installed: tests/fuzz/requirements.txt
	python3 -m venv .venv-schemathesis
	.venv-schemathesis/bin/pip install -q --disable-pip-version-check -r tests/fuzz/requirements.txt
	@touch $@

bench: install           ## a table of medians per stage
	npm run -s weights
	npm run -s bench

lint: install
	npm run lint
