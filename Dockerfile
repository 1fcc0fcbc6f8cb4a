# Toylab as a server: `docker build --tag toylab .`, then `docker run --publish 8501:8501 toylab`.
FROM python:3.11-slim

# PyPI's torch for Linux brings gigabytes of CUDA; where both have a version, pip takes `+cpu`.
ARG INDEX=https://download.pytorch.org/whl/cpu

RUN useradd --create-home --uid 1000 toylab
WORKDIR /home/toylab/app
COPY requirements.txt ./
RUN pip install --no-cache-dir --extra-index-url "$INDEX" --requirement requirements.txt
COPY app.py ./
COPY .streamlit .streamlit/
COPY pages pages/
COPY toylab toylab/
COPY ui ui/
RUN python -m compileall -q toylab ui

# The app's folder stays root's; what is cached goes to the user's home.
USER toylab
ENV PORT=8501
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD python -c "from urllib.request import urlopen; urlopen('http://127.0.0.1:$PORT/_stcore/health', timeout=4)"
CMD ["sh", "-c", "exec python -m streamlit run app.py --server.headless=true --server.address=0.0.0.0 --server.port=$PORT"]
