"""A JupyterHub for a class, to be tried on one machine and then made one's own: docs/jupyterhub.md goes through it.

    COURSE_HUB_PASSWORD=eight-letters-or-more jupyterhub --config containers/jupyterhub/jupyterhub_config.py

As it stands, whoever knows the password gets in under any name, and all servers run as the user who starts the hub, on this machine alone.
That is for looking at it. The three places marked "A real hub" are what to change.
"""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821  # JupyterHub gives it

state = Path(os.environ.get("COURSE_HUB_STATE", "hub-state")).resolve()
state.mkdir(mode=0o700, parents=True, exist_ok=True)
c.JupyterHub.bind_url = os.environ.get("COURSE_HUB_URL", "http://127.0.0.1:8000")
c.JupyterHub.db_url = f"sqlite:///{state / 'jupyterhub.sqlite'}"
c.ConfigurableHTTPProxy.pid_file = str(state / "proxy.pid")
c.JupyterHub.cookie_secret_file = str(state / "cookie-secret")

# A real hub: "pam" for accounts of the machine, or the class of oauthenticator or ltiauthenticator that your university's login has.
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ["COURSE_HUB_PASSWORD"]
c.Authenticator.allow_all = True

# A real hub: dockerspawner's "docker" with c.DockerSpawner.image = "backpropagation-hub-student" and a volume for each student's home,
# KubeSpawner, or "systemd" (all three keep to mem_limit).
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(state / "homes" / "{username}")
c.Spawner.default_url = "/lab"
c.Spawner.mem_limit = "512M"
c.Spawner.start_timeout = c.Spawner.http_timeout = 180  # seconds: when a whole class clicks at once, servers take long to start
c.Spawner.environment = {"OPENBLAS_NUM_THREADS": "1"}  # matrices this small are slower on several threads

# Servers that nobody uses are ended after an hour: a notebook left open keeps 200 MB.
c.JupyterHub.load_roles = [
    {"name": "idle-culler", "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"], "services": ["idle-culler"]}
]
c.JupyterHub.services = [
    {"name": "idle-culler", "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600", "--cull-every=300"]}
]

# A real hub: HTTPS, by a web server in front of this one, or c.JupyterHub.ssl_key and ssl_cert.
