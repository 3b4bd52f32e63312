"""OpenStack Swift with its S3 API: all four servers in one process, on loopback, for tests.

Usage: serve.py FOLDER PORT ACCOUNT USER SECRET. Says that it is ready when it answers. What it keeps is in the folder.
"""
import eventlet

eventlet.patcher.monkey_patch(all=False, socket=True, select=True, thread=True, time=True)

import os
import sys

from eventlet import hubs, listen, wsgi
from swift.common import storage_policy, utils
from swift.common.ring import RingBuilder
from swift.common.wsgi import SwiftHttpProtocol, loadapp

folder, port, account, user, secret = sys.argv[1:6]

COMMON = f"""
[DEFAULT]
swift_dir = {folder}
devices = {folder}
mount_check = false
bind_ip = 127.0.0.1
log_level = ERROR
"""
STORE = """
[pipeline:main]
pipeline = {name}-server
[app:{name}-server]
use = egg:swift#{name}
"""
PROXY = f"""
[pipeline:main]
pipeline = catch_errors cache listing_formats s3api tempauth copy slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
[filter:tempauth]
use = egg:swift#tempauth
user_{account}_{user} = {secret} .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""
HASH = """
[swift-hash]
swift_hash_path_suffix = tests
[storage-policy:0]
name = only
default = yes
"""


def write(name, text):
    path = os.path.join(folder, name)
    with open(path, 'w') as file:
        file.write(text)
    return path


utils.SWIFT_CONF_FILE = write('swift.conf', HASH)
utils.validate_hash_conf()
storage_policy.reload_storage_policies()
os.makedirs(os.path.join(folder, 'disk'), exist_ok=True)

sockets = {name: listen(('127.0.0.1', 0)) for name in ('account', 'container', 'object')}
for name, socket in sockets.items():
    inner = socket.getsockname()[1]
    place = {'ip': '127.0.0.1', 'port': inner, 'replication_ip': '127.0.0.1', 'replication_port': inner}
    builder = RingBuilder(1, 1, 0)
    builder.add_dev({'region': 1, 'zone': 1, 'device': 'disk', 'weight': 1, **place})
    builder.rebalance()
    builder.get_ring().save(os.path.join(folder, f'{name}.ring.gz'))
sockets['proxy'] = listen(('127.0.0.1', int(port)))
for name, socket in sockets.items():
    text = COMMON + (PROXY if name == 'proxy' else STORE.format(name=name))
    conf = write(f'{name}.conf', text)
    app = loadapp(conf, global_conf={'__file__': conf, 'log_name': name}, allow_modify_pipeline=False)
    eventlet.spawn(wsgi.server, socket, app, protocol=SwiftHttpProtocol, log_output=False)

print('ready', flush=True)
hubs.get_hub().switch()
