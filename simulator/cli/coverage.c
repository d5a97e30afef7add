/* coverage.c - aws coverage [--json]: what is simulated and what is only known, by family. */
#include "base/json.h"
#include "cli/coverage.h"

#include "base/intl.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/internal.h"

#include <string.h>

const char *const coverage_families[] = {
	"image",
	"instance",
	"volume",
	"snapshot",
	"launch template",
	"spot and fleet",
	"reservation and host",
	"key pair",
	"security group",
	"network interface",
	"address",
	"vpc and subnet",
	"route",
	"gateway and vpn",
	"network analysis",
	"ipam",
	"verified access",
	"tag",
	"region and account",
	"import and export",
	"fpga",
	"other",
};
const size_t coverage_n_families = ARRAY_LEN(coverage_families);

/* The first line whose word is in the command's name decides. */
static const struct {
	const char *word, *family;
} words[] = {
	{"fpga", "fpga"},
	{"fast-launch", "image"},
	{"fast-snapshot", "snapshot"},
	{"volume", "volume"},
	{"ebs-", "volume"},
	{"image", "image"},
	{"snapshot", "snapshot"},
	{"launch-template", "launch template"},
	{"spot", "spot and fleet"},
	{"fleet", "spot and fleet"},
	{"reserv", "reservation and host"},
	{"capacity", "reservation and host"},
	{"host", "reservation and host"},
	{"mac-", "reservation and host"},
	{"scheduled-instance", "reservation and host"},
	{"key-pair", "key pair"},
	{"security-group", "security group"},
	{"network-interface", "network interface"},
	{"trunk-interface", "network interface"},
	{"private-ip", "network interface"},
	{"ipv6-addresses", "network interface"},
	{"ipam", "ipam"},
	{"verified-access", "verified access"},
	{"insights", "network analysis"},
	{"traffic-mirror", "network analysis"},
	{"flow-logs", "network analysis"},
	{"network-performance", "network analysis"},
	{"reachability", "network analysis"},
	{"gateway", "gateway and vpn"},
	{"vpn", "gateway and vpn"},
	{"vgw", "gateway and vpn"},
	{"route", "route"},
	{"prefix-list", "route"},
	{"vpc", "vpc and subnet"},
	{"subnet", "vpc and subnet"},
	{"network-acl", "vpc and subnet"},
	{"dhcp", "vpc and subnet"},
	{"address", "address"},
	{"byoip", "address"},
	{"byoasn", "address"},
	{"ipv4", "address"},
	{"coip", "address"},
	{"tags", "tag"},
	{"regions", "region and account"},
	{"zone", "region and account"},
	{"account", "region and account"},
	{"id-format", "region and account"},
	{"serial-console", "region and account"},
	{"import", "import and export"},
	{"export", "import and export"},
	{"conversion", "import and export"},
	{"bundle", "import and export"},
	{"instance", "instance"},
	{"console", "instance"},
	{"password", "instance"},
	{"credit-spec", "instance"},
	{"placement", "instance"},
};

size_t coverage_family(const char *command)
{
	size_t word = 0, family = 0;

	while (word < ARRAY_LEN(words) && !strstr(command, words[word].word))
		word++;
	if (word == ARRAY_LEN(words))
		return coverage_n_families - 1;
	while (strcmp(coverage_families[family], words[word].family) != 0)
		family++;
	return family;
}

/* --- what there is -------------------------------------------------------------------------- */

/* The i-th command of a service, in the CLI's order; NULL for what is no operation (wait). */
static const struct model_known *command_at(const struct model_service *s, size_t i)
{
	const struct model_known *k = &model_known[model_commands[s->commands.first + i]];

	return *model_text(k->name) ? k : NULL;
}

/* Only EC2 is large enough for families; other services have one. */
static bool has_families(const struct model_service *s)
{
	return !strcmp(model_text(s->name), "ec2");
}

static size_t family_of(const struct model_service *s, const struct model_known *k)
{
	return has_families(s) ? coverage_family(model_text(k->cli)) : 0;
}

static const char *family_name(const struct model_service *s, size_t family)
{
	return has_families(s) ? coverage_families[family] : "all";
}

static size_t count(const struct model_service *s, size_t family, bool all, bool simulated)
{
	size_t n = 0;

	for (size_t i = 0; i < s->commands.n; i++) {
		const struct model_known *k = command_at(s, i);

		if (k && (all || family_of(s, k) == family))
			n += !simulated || k->operation != MODEL_NONE;
	}
	return n;
}

/* --- as text -------------------------------------------------------------------------------- */

enum { FEWEST_COLUMNS = 20, USUAL_COLUMNS = 80 };

static int usable_columns(const struct cli *c)
{
	if (c->columns <= 0)
		return USUAL_COLUMNS;
	return c->columns < FEWEST_COLUMNS ? FEWEST_COLUMNS : c->columns;
}

static void list_names(struct cli *c, const struct model_service *s, size_t family, bool simulated)
{
	struct buf names = BUF_INIT;
	const char *indent = simulated ? "    " : "      ";

	for (size_t i = 0; i < s->commands.n; i++) {
		const struct model_known *k = command_at(s, i);

		if (!k || family_of(s, k) != family || (k->operation != MODEL_NONE) != simulated)
			continue;
		buf_addf(&names, "%s%s", names.len ? "  " : "", model_text(k->cli));
	}
	if (names.len && !simulated)
		buf_addf(&c->out, "    %s\n", _("known, not simulated:"));
	if (names.len)
		text_wrap(&c->out, names.s, usable_columns(c), indent, indent);
	buf_release(&names);
}

static void service_text(struct cli *c, const struct model_service *s)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, _("aws %s: %zu of %zu operations are simulated."), model_text(s->command),
		count(s, 0, true, true), count(s, 0, true, false));
	text_wrap(&c->out, line.s, usable_columns(c), "", "");
	buf_release(&line);
	for (size_t f = 0; f < coverage_n_families; f++) {
		size_t known = count(s, f, false, false);

		if (!known)
			continue;
		buf_addf(&c->out, "\n  %-22s %3zu / %zu\n", family_name(s, f),
			count(s, f, false, true), known);
		list_names(c, s, f, true);
		list_names(c, s, f, false);
	}
}

/* --- as JSON -------------------------------------------------------------------------------- */

static json_t *family_json(const struct model_service *s, size_t family)
{
	json_t *simulated = json_array(), *known = json_array();

	for (size_t i = 0; i < s->commands.n; i++) {
		const struct model_known *k = command_at(s, i);

		if (k && family_of(s, k) == family)
			json_array_append_new(k->operation != MODEL_NONE ? simulated : known,
				json_string(model_text(k->cli)));
	}
	return json_pack("{soso}", "Simulated", simulated, "Known", known);
}

static json_t *service_json(const struct model_service *s)
{
	json_t *families = json_object();

	for (size_t f = 0; f < coverage_n_families; f++)
		if (count(s, f, false, false))
			json_object_set_new(families, family_name(s, f), family_json(s, f));
	return json_pack("{sIsIso}", "Simulated", (json_int_t)count(s, 0, true, true), "Operations",
		(json_int_t)count(s, 0, true, false), "Families", families);
}

static void all_json(struct cli *c)
{
	json_t *services = json_object();
	char *text;

	for (size_t i = 0; i < model_counts.services; i++)
		json_object_set_new(services, model_text(model_services[i].command),
			service_json(&model_services[i]));
	text = json_text(services, JSON_INDENT(4));
	buf_addf(&c->out, "%s\n", text);
	free(text);
	json_decref(services);
}

bool cli_coverage(struct invocation *inv)
{
	struct cli *c = inv->c;

	c->page = true;
	if (inv->n_args) {
		all_json(c);
		return true;
	}
	for (size_t i = 0; i < model_counts.services; i++) {
		if (i)
			buf_addc(&c->out, '\n');
		service_text(c, &model_services[i]);
	}
	return true;
}
