# Grades one submission anywhere else, with the zip that Gradescope gets. docs/hosting.md says what a host must provide.
#
#   docker build --build-arg BUNDLE=dist/machine_translation-autograder.zip --tag autograder .
#   docker run --rm --read-only --tmpfs /tmp --network none --cap-drop ALL --security-opt no-new-privileges \
#       --memory 2g --pids-limit 256 --volume "$PWD/handed_in:/autograder/submission:ro" \
#       --volume "$PWD/results:/autograder/results" autograder
FROM ubuntu:24.04
ARG BUNDLE=dist/machine_translation-autograder.zip
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 python3-venv unzip \
    && rm -rf /var/lib/apt/lists/*
COPY ${BUNDLE} /tmp/bundle.zip
# The grader's files stay root's: who grades, and student code with it, can change nothing.
RUN mkdir -p /autograder/source /autograder/submission /autograder/results \
    && unzip -q /tmp/bundle.zip -d /autograder/source \
    && rm /tmp/bundle.zip \
    && bash /autograder/source/setup.sh \
    && install -m 755 /autograder/source/run_autograder /autograder/run_autograder \
    && useradd --system --no-create-home grader \
    && chgrp -R grader /autograder/source \
    && chmod -R g=rX /autograder/source \
    && chown grader /autograder/results
USER grader
WORKDIR /autograder
ENTRYPOINT ["/autograder/run_autograder"]
