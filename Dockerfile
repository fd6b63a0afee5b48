# Two images of the course, with the versions that its tests passed with (constraints.txt):
#
#     docker build --tag backpropagation-student .                            the notebooks in JupyterLab, and no autograder
#     docker build --tag backpropagation-instructor --target instructor .     the autograder, for a class on a volume
#
# containers/README.md says how each is started. Debian's own Python is used, so that no second one has to be kept up to date.
ARG DEBIAN=13.8-slim

FROM debian:${DEBIAN} AS python
ENV LANG=C.UTF-8 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# hadolint ignore=DL3008  # Debian's security updates should come in, and a version named here would be gone with the next of them
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*

# What instructors install. With it the course is packed for students, as in the kit: without answers in plain sight.
FROM python AS instructor-environment
WORKDIR /repository
COPY constraints.txt requirements-lab.txt pyproject.toml README.md LICENSE LICENSE-prose ./
COPY scripts/same_version.py scripts/wheel_sources.py scripts/
COPY course course/
COPY autograder autograder/
COPY solutions solutions/
RUN python3 -m venv /build \
    && /build/bin/python -m pip install -c constraints.txt hatchling \
    && /build/bin/python -m pip wheel --no-build-isolation --no-deps --wheel-dir /wheels . ./autograder
RUN python3 -m venv /opt/course \
    && course="$(echo /wheels/backpropagation_course-*.whl)" && autograder="$(echo /wheels/backpropagation_autograder-*.whl)" \
    && /opt/course/bin/python -m pip install -c constraints.txt "${course}[grade,postgres]" "${autograder}[cluster]" \
    && /opt/course/bin/python -m autograder.kit /kit

FROM python AS student-environment
COPY constraints.txt /tmp/
COPY --from=instructor-environment /kit /kit
RUN python3 -m venv /opt/course \
    && course="$(echo /kit/backpropagation_course-*.whl)" \
    && /opt/course/bin/python -m pip install -c /tmp/constraints.txt "${course}[lab]"

# For instructors. bubblewrap locks students' code in, and has to be allowed to make namespaces: see containers/README.md.
FROM python AS instructor
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends bubblewrap libseccomp2 \
    && rm -rf /var/lib/apt/lists/*
ARG UID=1000
RUN useradd --uid "${UID}" --create-home instructor && install --directory --owner instructor /class
COPY --from=instructor-environment /opt/course /opt/course
ENV PATH=/opt/course/bin:$PATH OPENBLAS_NUM_THREADS=1
USER ${UID}
WORKDIR /class
EXPOSE 8888
STOPSIGNAL SIGTERM
# Healthy is a container that may make the namespaces of the sandbox, without which nothing is graded.
HEALTHCHECK --interval=5m --timeout=10s CMD ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"]
CMD ["autograder", "--help"]

# For students, and what `docker build .` makes: it comes last. The user has the name that Jupyter's images have: where nbgrader meets it, it
# takes a student's name from the hub.
FROM python AS student
ARG UID=1000
RUN useradd --uid "${UID}" --create-home jovyan
COPY --from=student-environment /opt/course /opt/course
COPY --chown=${UID} notebooks /home/jovyan/notebooks
ENV PATH=/opt/course/bin:$PATH
USER ${UID}
WORKDIR /home/jovyan/notebooks
EXPOSE 8888
HEALTHCHECK --interval=1m --timeout=10s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8888/api', timeout=5)"]
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--port=8888", "--no-browser"]
