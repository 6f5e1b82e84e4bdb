# The machine of a document's reader: a copy-on-write view of this one, with a network and a process table of its own.
# $1: checkout, $2: node, $3: folder for results, which becomes /mnt; then the script to run there, and its arguments.
# INTERNET is the process whose network is the internet. Runs in namespaces made by unshare.
set -eu
checkout=$1 node=$2 results=$3
shift 3
below=$(findmnt --noheadings --output TARGET --target "$checkout")
mount -t tmpfs none /mnt
layer() {
  mkdir -p "/mnt/upper$2" "/mnt/work$2"
  mount -t overlay overlay -o "lowerdir=$1,upperdir=/mnt/upper$2,workdir=/mnt/work$2" "$3"
}
mkdir /mnt/machine
layer / /root /mnt/machine
[ "$below" = / ] || layer "$below" /checkout "/mnt/machine$below"
mount --rbind /dev /mnt/machine/dev
mount -t proc proc /mnt/machine/proc
mount -t sysfs -o ro none /mnt/machine/sys 2>/dev/null || mount --rbind /sys /mnt/machine/sys
mount -t tmpfs none /mnt/machine/run
mount --bind "$results" /mnt/machine/mnt
mkdir -p /mnt/machine/run/lock /mnt/machine/srv/reader

# 6.6.6.10 is the reader's machine, an address that counts as public. The other end is the internet: authorities, name servers, other machines.
hostname studio
ip link set lo up
unshare --net sleep infinity &
internet=$!
until [ "$(readlink /proc/$internet/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
ip link add eth0 type veth peer name eth0 netns $internet
ip address add 6.6.6.10/24 dev eth0
ip address add 192.168.1.10/24 dev eth0
ip link set eth0 up
nsenter --net=/proc/$internet/ns/net sh -c '
  ip link set lo up
  for address in 6.6.6.1/24 6.6.6.2/24 10.0.0.5/24 192.168.1.1/24; do ip address add $address dev eth0; done
  ip link set eth0 up'
ip route add default via 6.6.6.1

cat > /mnt/machine/etc/hosts <<HOSTS
127.0.0.1 localhost
::1 localhost
6.6.6.2 acme-v02.api.letsencrypt.org acme-staging-v02.api.letsencrypt.org
6.6.6.10 chat.example.com www.example.com models.example.com app.example.com
127.0.0.1 chat.test models.test next.test apps.test
10.0.0.5 gpu.internal models.internal
HOSTS
rm -f /mnt/machine/etc/resolv.conf
echo 'nameserver 6.6.6.2' > /mnt/machine/etc/resolv.conf

INTERNET=$internet exec chroot /mnt/machine "$node" "$@"
