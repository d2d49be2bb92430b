# Upnext's image: the server, its worker, its beat and the web app in one.
#
#   docker build -t upnext .                                     with Docker, on the usual base
#   deploy/image build                                           with buildah, on a base made here
#
# Layers go from what changes seldom to what changes often: base, packages, web app, our own code.

# Anything with Python >= 3.11 and its venv module.
ARG BASE_IMAGE=docker.io/library/python:3.12-slim-bookworm

FROM ${BASE_IMAGE} AS base
ENV LANG=C.UTF-8 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_INPUT=1 \
    PIP_ROOT_USER_ACTION=ignore

# --- the web app -------------------------------------------------------------------------------
FROM base AS web
# Where a company's own certificate authority stands, if packages come through a proxy of theirs.
ARG NODE_EXTRA_CA_CERTS
WORKDIR /src
RUN python3 -m venv /opt/tools
COPY requirements/web.txt requirements/
COPY tools/web.py tools/
COPY web/package.json web/package-lock.json web/
RUN /opt/tools/bin/python tools/web.py install
COPY web web
RUN mkdir -p src/upnext && /opt/tools/bin/python tools/web.py build

# --- packages, then our own code ---------------------------------------------------------------
FROM base AS build
WORKDIR /src
RUN python3 -m venv /opt/upnext
COPY requirements/image.txt requirements/
RUN /opt/upnext/bin/pip install --no-cache-dir --no-compile --require-hashes \
        --requirement requirements/image.txt \
    && /opt/upnext/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/upnext/lib
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY --from=web /src/src/upnext/web_assets src/upnext/web_assets
# Compiled once, here: the root file system is read-only later. Then nobody installs anything more.
RUN /opt/upnext/bin/pip install --no-cache-dir --no-compile --no-deps --no-build-isolation . \
    && /opt/upnext/bin/python -m compileall -q --invalidation-mode unchecked-hash \
        /opt/upnext/lib/python3*/site-packages/upnext \
    && /opt/upnext/bin/pip uninstall --yes --quiet flit_core pip

# --- what runs ---------------------------------------------------------------------------------
FROM base AS runtime
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Upnext" \
      org.opencontainers.image.description="A self-hosted work platform that says what to do next, and why" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# A number that no account of the host has; Kubernetes wants it as a number, too.
RUN echo 'upnext:x:10001:' >> /etc/group \
    && echo 'upnext:x:10001:10001:Upnext:/var/lib/upnext:/usr/sbin/nologin' >> /etc/passwd \
    && mkdir -p /var/lib/upnext && chown 10001:10001 /var/lib/upnext && chmod 0750 /var/lib/upnext
COPY --from=build /opt/upnext /opt/upnext
ENV PATH=/opt/upnext/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    UPNEXT_DATA_DIR=/var/lib/upnext \
    UPNEXT_HEARTBEAT=/tmp/heartbeat \
    UPNEXT_HOST=0.0.0.0
USER 10001:10001
WORKDIR /var/lib/upnext
VOLUME /var/lib/upnext
EXPOSE 8000
STOPSIGNAL SIGTERM
# Of the server; compose and Kubernetes give the worker and the beat one of their own.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-I", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ.get('API_PORT') or 8000}/health/ready\", timeout=4)"]
ENTRYPOINT ["upnext"]
CMD ["serve"]
