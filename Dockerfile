# The image of profile-server and profile-log: the programs, the libraries they load, Swagger UI; no shell, no root.
#
#   docker build -t user-profile-audit-system .
#
# kubernetes/README.md says how to run it. scripts/check-image builds it and tries it out on a machine without Docker.
ARG SWIFT_IMAGE=swift:6.3.1-bookworm

# What changes least comes first: these layers are kept until Package.swift or scripts/setup changes.
FROM ${SWIFT_IMAGE} AS packages
WORKDIR /source
COPY scripts/setup scripts/setup
RUN scripts/setup run
# A Package.resolved that is there decides on the versions.
COPY Package.swift Package.resolve[d] ./
RUN swift package resolve

FROM packages AS build
ARG PROGRAMS="profile-server profile-log"
COPY scripts/image scripts/image
COPY Sources Sources
# Package.swift names the tests, so their folders have to exist.
COPY Tests Tests
RUN scripts/image/compile ${PROGRAMS} && scripts/image/assemble /image ${PROGRAMS}

FROM scratch
LABEL org.opencontainers.image.title="User Profile Audit System" \
      org.opencontainers.image.description="Keeps user profiles and can never lose a change to one."
COPY --from=build /image/ /
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
