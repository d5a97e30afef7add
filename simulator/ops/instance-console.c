/* instance-console.c - what an instance's system writes at boot, and a Windows administrator's
 * password; see instance.h. */
#include "ops/instance.h"

#include "base/codec.h"
#include "ops/image.h"

#include <stdlib.h>
#include <string.h>

enum { ANCESTORS = 16 }; /* of an image that are asked for its name */

/* ---- systems, by what the image is called ---- */

struct system {
	const char *word;   /* in the image's name or description */
	const char *title;  /* as the system greets */
	const char *kernel; /* "" : it does not say */
	const char *user;
	bool ext4; /* its root file system; else XFS */
};

static const struct system systems[] = {
	{"al2023", "Amazon Linux 2023", "6.1.159-182.297.amzn2023", "ec2-user", false},
	{"amzn2", "Amazon Linux 2", "5.10.245-241.976.amzn2", "ec2-user", false},
	{"noble", "Ubuntu 24.04 LTS", "6.14.0-1018-aws", "ubuntu", true},
	{"jammy", "Ubuntu 22.04 LTS", "6.8.0-1044-aws", "ubuntu", true},
	{"ubuntu", "Ubuntu", "6.8.0-1044-aws", "ubuntu", true},
	{"debian-12", "Debian GNU/Linux 12", "6.1.0-41-cloud", "admin", true},
	{"RHEL", "Red Hat Enterprise Linux 9", "5.14.0-611.16.1.el9_7", "ec2-user", false},
};

static const struct system *system_named(const char *name, const char *description)
{
	for (size_t i = 0; i < sizeof systems / sizeof *systems; i++)
		if ((name && strcasestr(name, systems[i].word)) ||
			(description && strcasestr(description, systems[i].word)))
			return &systems[i];
	return NULL;
}

/* Images are called what people like: what one is of, the images that it came of may tell. */
static const struct system *system_of(const struct call *c, const json_t *doc)
{
	static const struct system other = {"", "Linux", "6.1.0", "ec2-user", false};
	const struct system *s =
		system_named(in_text(doc, "_ImageName"), in_text(doc, "_ImageDescription"));
	const char *id = in_text(doc, "ImageId"), *region = c->who.region;
	struct resource image;

	for (int i = 0; !s && id && region && i < ANCESTORS && image_record(c, region, id, &image);
		i++) {
		s = system_named(in_text(image.doc, "Name"), in_text(image.doc, "Description"));
		id = in_text(image.doc, "SourceImageId");
		region = in_text(image.doc, "SourceImageRegion");
	}
	return s ? s : &other;
}

/* "ip-172-31-0-10" */
static void host_name(const struct call *c, const json_t *doc, struct buf *out)
{
	const json_t *eni = call_get(c, "network-interface",
		json_string_value(json_array_get(in_list(doc, "_Interfaces"), 0)));
	const char *ip = in_text(eni, "PrivateIpAddress");

	buf_adds(out, "ip-");
	for (const char *s = ip ? ip : "0.0.0.0"; *s; s++)
		buf_addc(out, *s == '.' ? '-' : *s);
}

/* Whether the volume is as an unclean end left it: this is the first boot of an image that was made
 * without a reboot. */
static bool boots_unclean(const struct call *c, const json_t *doc)
{
	struct resource image;
	const char *state = NULL;

	if (json_array_size(in_list(doc, "_Boots")) == 1 &&
		image_record(c, c->who.region, in_text(doc, "ImageId"), &image))
		state = in_text(image.doc, "_Consistency");
	return state && strcmp(state, "crash") == 0;
}

/* File systems with a journal tell whether they had to use it. */
static void mount_log(const struct system *s, const char *device, bool unclean, struct buf *out)
{
	if (s->ext4) {
		if (unclean)
			buf_addf(out, "[    2.019746] EXT4-fs (%s): recovery complete\r\n", device);
		buf_addf(out,
			"[    2.027318] EXT4-fs (%s): mounted filesystem with ordered data mode\r\n",
			device);
		return;
	}
	buf_addf(out, "[    2.001162] XFS (%s): Mounting V5 Filesystem\r\n", device);
	if (unclean)
		buf_addf(out, "[    2.012790] XFS (%s): Starting recovery (logdev: internal)\r\n",
			device);
	buf_addf(out, "[    2.020471] XFS (%s): Ending %s\r\n", device,
		unclean ? "recovery (logdev: internal)" : "clean mount");
}

static void linux_log(
	const struct call *c, const json_t *doc, const char *id, int64_t boot, struct buf *out)
{
	const struct system *s = system_of(c, doc);
	const struct type_row *t = type_row_find(in_text(doc, "InstanceType"));
	const char *arm = in_text(doc, "Architecture"), *image = in_text(doc, "ImageId");
	const char *machine = strcmp(arm, "arm64") == 0 ? "aarch64" : arm;
	bool nitro = t && strcmp(t->facts.hypervisor, "xen") != 0;
	char when[TIME_TEXT];
	struct buf host = BUF_INIT;

	host_name(c, doc, &host);
	time_text(boot, when);
	buf_addf(out, "[    0.000000] Linux version %s.%s (%s, %s)\r\n", s->kernel, machine,
		in_text(doc, "_ImageName"), image);
	buf_addf(out, "[    0.000000] BIOS-provided physical RAM map: %d MiB\r\n", t ? t->mib : 0);
	buf_addf(out, "[    0.118431] smp: Brought up 1 node, %d CPUs\r\n", t ? t->vcpus : 1);
	buf_addf(out, "[    1.204877] %s: root device %s\r\n",
		nitro ? "nvme nvme0" : "xen-blkfront", in_text(doc, "RootDeviceName"));
	mount_log(s, nitro ? "nvme0n1p1" : "xvda1", boots_unclean(c, doc), out);
	buf_addf(out, "[    3.467520] systemd[1]: Set hostname to <%s>.\r\n", host.s);
	buf_addf(out,
		"[    8.031164] cloud-init[1530]: Cloud-init running 'modules:config' at %.10s %.8s +0000.\r\n",
		when, when + 11);
	buf_addf(out, "[    8.530912] cloud-init[1530]: instance-id: %s\r\n", id);
	if (in_has(doc, "_UserData"))
		buf_adds(out,
			"[    9.244301] cloud-init[1592]: user data of this instance is run at its first boot\r\n");
	if (in_has(doc, "KeyName"))
		buf_addf(out, "ci-info: authorized keys for user %s: key pair %s\r\n", s->user,
			in_text(doc, "KeyName"));
	buf_addf(out,
		"[    9.871052] cloud-init[1592]: Cloud-init finished at %.10s %.8s +0000. Datasource DataSourceEc2\r\n",
		when, when + 11);
	buf_addf(out, "\r\n%s\r\nKernel %s on an %s\r\n\r\n%s login: ", s->title, s->kernel,
		machine, host.s);
	buf_release(&host);
}

static void windows_log(const json_t *doc, int64_t boot, struct buf *out)
{
	char when[TIME_TEXT];

	time_text(boot, when);
	buf_addf(out, "%.19sZ: OS: %s\r\n", when, in_text(doc, "_ImageName"));
	buf_addf(out, "%.19sZ: AMI: %s\r\n", when, in_text(doc, "ImageId"));
	if (in_has(doc, "KeyName"))
		buf_addf(out, "%.19sZ: Password: encrypted with the key pair %s\r\n", when,
			in_text(doc, "KeyName"));
	time_text(boot + INSTANCE_PASSWORD_MS, when);
	buf_addf(out, "%.19sZ: Message: Windows is Ready to use\r\n", when);
}

json_t *instance_console(struct call *c)
{
	const char *id = in_text(c->in, "InstanceId");
	struct resource r;
	const struct type_row *t;
	json_t *boots, *answer;
	int64_t boot;
	struct buf log = BUF_INIT, text = BUF_INIT;

	if (!instance_for_change(c, id, &r))
		return NULL;
	t = type_row_find(in_text(r.doc, "InstanceType"));
	if (in_bool(c->in, "Latest", false) && t && strcmp(t->facts.hypervisor, "xen") == 0)
		return call_fault(c, FAULT_UNSUPPORTED,
			"This instance type does not support retrieving the latest console logs.");
	boots = in_list(r.doc, "_Boots");
	if (!json_array_size(boots)) /* nothing has been written yet */
		return json_pack("{s:s, s:o}", "InstanceId", id, "Timestamp",
			time_json(call_now(c) / 1000 * 1000));
	boot = json_integer_value(json_array_get(boots, json_array_size(boots) - 1));
	if (instance_is_windows(r.doc))
		windows_log(r.doc, boot, &log);
	else
		linux_log(c, r.doc, id, boot, &log);
	codec_base64(&text, log.s, log.len);
	answer = json_pack("{s:s, s:o, s:s}", "InstanceId", id, "Timestamp",
		time_json(boot / 1000 * 1000), "Output", text.s);
	buf_release(&log);
	buf_release(&text);
	return answer;
}

/* ---- the password ---- */

/* 256 bytes as RSA would give them: they come from the instance's id, and no key opens them. */
static void password_of(const char *id, struct buf *out)
{
	struct buf bytes = BUF_INIT;

	codec_stream(&bytes, strtoull(id + 2, NULL, 16), 256);
	codec_base64(out, bytes.s, bytes.len);
	buf_release(&bytes);
}

json_t *instance_password(struct call *c)
{
	const char *id = in_text(c->in, "InstanceId");
	struct resource r;
	struct buf password = BUF_INIT;
	json_t *boots, *answer;
	int64_t first;

	if (!instance_for_change(c, id, &r))
		return NULL;
	boots = in_list(r.doc, "_Boots");
	first = json_integer_value(json_array_get(boots, 0));
	if (json_array_size(boots) && instance_is_windows(r.doc) && in_has(r.doc, "KeyName") &&
		first + INSTANCE_PASSWORD_MS <= call_now(c))
		password_of(id, &password);
	answer = json_pack("{s:s, s:o, s:s}", "InstanceId", id, "Timestamp",
		time_json(call_now(c) / 1000 * 1000), "PasswordData", password.s);
	buf_release(&password);
	return answer;
}
