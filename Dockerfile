# The service in one image: `docker build -t rural-care-rota .`, then `docker run -p 8000:8000 -v rota:/var/lib/rota rural-care-rota`.
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements/run.txt requirements/run.txt
RUN python -m venv /opt/rota && /opt/rota/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY solver solver
COPY geo geo
COPY alembic alembic
COPY data data
RUN python -m venv /opt/build && /opt/build/bin/pip install --no-cache-dir hatchling==1.33.0 \
    && /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /dist . \
    && /opt/rota/bin/pip install --no-cache-dir --no-deps /dist/*.whl

FROM python:3.12-slim
ENV PATH=/opt/rota/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ROTA_DATA_DIR=/var/lib/rota \
    ROTA_HOST=0.0.0.0 \
    NUMBA_CACHE_DIR=/var/lib/rota/numba
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/rota rota
COPY --from=build /opt/rota /opt/rota
USER 10001
VOLUME /var/lib/rota
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz')"]
ENTRYPOINT ["rota"]
CMD ["serve"]
