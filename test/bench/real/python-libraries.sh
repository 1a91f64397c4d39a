#!/bin/sh
# Unpacks into a folder what old Djangos and sympys import: Debian's pure Python packages, installed nowhere.
#   test/bench/real/python-libraries.sh DIR
set -eu
into=${1:?the folder to make}
[ ! -e "$into" ] || { echo "$into is there already: remove it first" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download python3-asgiref python3-sqlparse python3-tz python3-mpmath python3-typing-extensions
for package in *.deb; do dpkg -x "$package" all; done
cd all/usr/lib/python3/dist-packages

# Pythons below 3.9 have neither zoneinfo nor set[str].
cat > before-3.9.py <<'PYTHON'
try:
    import zoneinfo
except ImportError:
    class zoneinfo:
        @staticmethod
        def available_timezones():
            root, names = '/usr/share/zoneinfo', set()
            for folder, _, files in os.walk(root):
                for file in files:
                    name = os.path.relpath(os.path.join(folder, file), root)
                    with open(os.path.join(folder, file), 'rb') as content:
                        if content.read(4) == b'TZif' and name.split('/')[0] not in ('posix', 'right'):
                            names.add(name)
            return names
PYTHON
sed -i -e '/^import zoneinfo$/{r before-3.9.py
d}' -e 's/ -> set\[str\]//' pytz/__init__.py
mkdir -p "$into"
cp -r asgiref sqlparse pytz mpmath typing_extensions.py "$into"
