# The image of profile-server, profile-log and profile-export: the programs, the libraries they load, Swagger UI; no shell,
# no root.
#
#   docker build -t user-profile-audit-system .
#
# kubernetes/README.md says how to run it. scripts/test goes through these steps without a container (scripts/image/rehearse);
# scripts/check-image builds the image and tries it out on a machine without Docker.
ARG SWIFT_IMAGE=swift:6.3.1-bookworm
ARG PROGRAMS="profile-server profile-log profile-export"
# What --version says: the builder has no repository. docker build --build-arg BUILD_COMMIT=$(git rev-parse --short=12 HEAD) …
ARG BUILD_COMMIT=unknown

# What changes least comes first: these layers are kept until Package.swift or a script of theirs changes.
FROM ${SWIFT_IMAGE} AS packages
WORKDIR /source
COPY scripts/setup scripts/setup
# The one that needs most: libpq for profile-export.
RUN scripts/setup export
# A Package.resolved that is there decides on the versions.
COPY Package.swift Package.resolve[d] ./
RUN swift package resolve

FROM packages AS dependencies
ARG PROGRAMS
COPY scripts/image/dependencies scripts/image/dependencies
COPY Sources/CZlib Sources/CZlib
COPY Sources/CLibpq Sources/CLibpq
COPY Sources/CPlatform Sources/CPlatform
COPY Sources/BuildCommit Sources/BuildCommit
RUN scripts/image/dependencies ${PROGRAMS}

FROM dependencies AS compile
# Again in each stage: not every builder hands them on.
ARG PROGRAMS
ARG BUILD_COMMIT
COPY scripts/image/compile scripts/image/compile
COPY Sources Sources
# Package.swift names the tests, so their folders have to exist.
COPY Tests Tests
RUN scripts/image/compile ${PROGRAMS}

FROM compile AS assemble
ARG PROGRAMS
COPY scripts/image/assemble scripts/image/assemble
RUN scripts/image/assemble /image ${PROGRAMS}

FROM scratch
LABEL org.opencontainers.image.title="User Profile Audit System" \
      org.opencontainers.image.description="Keeps user profiles and can never lose a change to one."
COPY --from=assemble /image/ /
# Of TLS_CERTIFICATE_FILE and TLS_KEY_FILE, or ALLOW_PLAIN_HTTP=true, whoever runs it chooses one.
ENV DATA_DIRECTORY=/data \
    HTTP_HOST=0.0.0.0 \
    HTTP_PORT=8000 \
    PATH=/usr/bin \
    SWAGGER_UI_DIRECTORY=/usr/share/swagger-ui
USER 65532:65532
VOLUME ["/data"]
EXPOSE 8000
STOPSIGNAL SIGTERM
# Reading a long log again at the start is no failure.
HEALTHCHECK --interval=10s --timeout=6s --start-period=10m --retries=3 CMD ["/usr/bin/profile-server", "health"]
ENTRYPOINT ["/usr/bin/profile-server"]
