# The worker as an image:
#
#   docker build -f infra/worker.Dockerfile -t waggle-worker .
#   docker build -f infra/worker.Dockerfile -t waggle-worker:cuda --build-arg DEVICE=cuda .
#
# All weights are inside: those of the repository and those that `npm run weights` fetches.
ARG DEVICE=cpu

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY tsconfig.json ./
COPY api api
COPY handlers handlers
COPY infra infra
COPY models models
COPY openapi openapi
RUN npm run -s weights

# The CUDA libraries of ONNX Runtime are in no package of npm; its own script fetches them.
FROM build AS build-cpu
FROM build AS build-cuda
RUN ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js

FROM node:22-bookworm-slim AS base-cpu
FROM nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04 AS base-cuda
COPY --from=build /usr/local/bin/node /usr/local/bin/node
ENV WAGGLE_CUDA=true

# hadolint ignore=DL3006
FROM build-${DEVICE} AS built

# hadolint ignore=DL3006
FROM base-${DEVICE}
WORKDIR /app
COPY --from=built /app /app
ENV NODE_ENV=production \
    WAGGLE_CACHE=/app/.cache \
    WAGGLE_HEARTBEAT_FILE=/tmp/worker-heartbeat
USER 1000
# It polls every 20 seconds at most, and tells of longer work more often.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "process.exit(Date.now() - fs.statSync('/tmp/worker-heartbeat').mtimeMs < 60_000 ? 0 : 1)"]
STOPSIGNAL SIGTERM
CMD ["node", "--import", "tsx", "handlers/worker.ts"]
