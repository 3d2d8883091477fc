# docker build -t offplate . && docker run -v offplate:/data -p 127.0.0.1:8000:8000 offplate
# /data holds config.toml (listen = "0.0.0.0:8000"), the database and the key.
FROM python:3.13-slim AS packages
COPY service/requirements.lock /requirements.lock
RUN python -m venv --without-pip /opt/offplate \
 && python -m pip --python /opt/offplate/bin/python install --no-cache-dir --no-compile \
    --require-hashes --no-deps --only-binary :all: -r /requirements.lock

FROM python:3.13-slim
RUN useradd --uid 10001 --create-home offplate && install -d -o offplate -g offplate -m 0700 /data
COPY --from=packages /opt/offplate /opt/offplate
COPY connectors /opt/offplate/source/connectors
COPY service /opt/offplate/source/service
COPY LICENSE config.example.toml /opt/offplate/source/
ENV PATH=/opt/offplate/bin:$PATH PYTHONPATH=/opt/offplate/source PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER offplate
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
ENTRYPOINT ["python", "-m", "service"]
CMD ["serve", "--config", "/data/config.toml"]
