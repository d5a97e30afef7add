/*
 * test-model.c - the tables of the model: known facts, and what holds for every row of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "model/model.h"

#define assert_text(text, wanted) assert_string_equal(model_text(text), wanted)

static const struct model_service *service(const char *name)
{
	const struct model_service *s = model_find_service(name);

	assert_non_null(s);
	return s;
}

static const struct model_operation *operation(const char *name)
{
	const struct model_operation *op = model_find_operation("ec2", name);

	assert_non_null(op);
	return op;
}

static const struct model_member *member(
	const struct model_shape *s, enum model_by by, const char *name)
{
	return model_find_member(s, by, name, strlen(name));
}

/* --- facts --- */

static void test_services(void **state)
{
	static const struct {
		const char *name, *version, *xmlns, *target, *json;
		enum model_protocol protocol;
		size_t operations, known, commands;
	} rows[] = {
		{"ec2", "2016-11-15", "http://ec2.amazonaws.com/doc/2016-11-15/", "", "", MODEL_EC2,
			164, 773, 771},
		{"sts", "2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/", "", "",
			MODEL_QUERY, 5, 11, 11},
		{"kms", "2014-11-01", "", "TrentService", "1.1", MODEL_JSON, 20, 54, 54},
		{"rbin", "2021-06-15", "", "", "", MODEL_REST_JSON, 10, 10, 10},
		{"ssm", "2014-11-06", "", "AmazonSSM", "1.1", MODEL_JSON, 9, 153, 153},
	};
	const struct model_service *s;
	size_t i;

	(void)state;
	assert_int_equal(model_counts.services, ARRAY_LEN(rows));
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		s = service(rows[i].name);
		assert_text(s->name, rows[i].name);
		assert_text(s->command, rows[i].name);
		assert_text(s->api_version, rows[i].version);
		assert_text(s->xmlns, rows[i].xmlns);
		assert_text(s->target_prefix, rows[i].target);
		assert_text(s->json_version, rows[i].json);
		assert_int_equal(s->protocol, rows[i].protocol);
		assert_int_equal(s->operations.n, rows[i].operations);
		assert_int_equal(s->known.n, rows[i].known);
		assert_int_equal(s->commands.n, rows[i].commands);
	}
	assert_null(model_find_service("s3"));
	assert_null(model_find_service(""));
}

static void test_words_after_aws(void **state)
{
	static const struct {
		const char *word, *service; /* NULL: not simulated */
	} rows[] = {
		{"accessanalyzer", NULL},
		{"configure", NULL},
		{"ec2", "ec2"},
		{"help", NULL},
		{"kms", "kms"},
		{"rbin", "rbin"},
		{"s3", NULL},
		{"ssm", "ssm"},
		{"sts", "sts"},
		{"xray", NULL},
	};
	const struct model_top *top;
	size_t i;

	(void)state;
	assert_int_equal(model_counts.tops, 435);
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		top = model_find_top(rows[i].word);
		assert_non_null(top);
		assert_text(top->name, rows[i].word);
		if (!rows[i].service)
			assert_int_equal(top->service, MODEL_NONE);
		else
			assert_ptr_equal(&model_services[top->service], service(rows[i].service));
	}
	assert_null(model_find_top("ec"));
	assert_null(model_find_top("ec22"));
	assert_null(model_find_top("zzz"));
}

static void test_commands(void **state)
{
	static const struct {
		const char *service, *cli, *name;
		bool simulated;
	} rows[] = {
		{"ec2", "describe-images", "DescribeImages", true},
		{"ec2", "wait", "", false},
		{"ec2", "accept-address-transfer", "AcceptAddressTransfer", false},
		{"ec2", "enable-volume-io", "EnableVolumeIO", false},
		{"ec2", "withdraw-byoip-cidr", "WithdrawByoipCidr", false},
		{"sts", "get-caller-identity", "GetCallerIdentity", true},
		{"sts", "assume-role-with-saml", "AssumeRoleWithSAML", false},
		{"kms", "list-aliases", "ListAliases", true},
		{"ssm", "get-parameters-by-path", "GetParametersByPath", true},
		{"ssm", "wait", "", false},
	};
	const struct model_known *k;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		k = model_find_command(service(rows[i].service), rows[i].cli);
		assert_non_null(k);
		assert_text(k->name, rows[i].name);
		assert_int_equal(k->operation != MODEL_NONE, rows[i].simulated);
		if (*rows[i].name)
			assert_ptr_equal(
				model_find_known(service(rows[i].service), rows[i].name), k);
	}
	k = model_find_known(service("ec2"), "ImportInstance");
	assert_non_null(k);
	assert_text(k->cli, "");
	assert_null(model_find_command(service("ec2"), "import-instance"));
	assert_null(model_find_command(service("ec2"), ""));
	assert_null(model_find_known(service("ec2"), ""));
	assert_null(model_find_command(service("ec2"), "delete-image"));
	assert_null(model_find_operation("ec2", "AcceptAddressTransfer"));
	assert_null(model_find_operation("s3", "DescribeImages"));
}

static void test_operation(void **state)
{
	const struct model_operation *op = operation("DescribeImages");
	const struct model_page *page = &model_pages[op->page];

	(void)state;
	assert_text(op->cli, "describe-images");
	assert_text(model_shape(op->input)->name, "DescribeImagesRequest");
	assert_text(model_shape(op->output)->name, "DescribeImagesResult");
	assert_text(model_members[page->token_in].name, "NextToken");
	assert_text(model_members[page->limit].name, "MaxResults");
	assert_text(model_members[page->token_out].name, "NextToken");
	assert_text(model_members[page->result].name, "Images");
	assert_ptr_equal(&model_shapes[model_members[page->limit].owner], model_shape(op->input));
	assert_ptr_equal(&model_shapes[model_members[page->result].owner], model_shape(op->output));

	op = operation("CreateTags");
	assert_null(model_shape(op->output));
	assert_int_equal(op->page, MODEL_NONE);
	op = model_find_operation("sts", "GetCallerIdentity");
	assert_text(op->wrapper, "GetCallerIdentityResult");
	op = model_find_operation("ssm", "GetParameter");
	assert_int_equal(op->errors.n, 4);
	assert_text(model_errors[op->errors.first + 2], "ParameterNotFound");
}

/* Name, option, opposite, wire and query name, and type, of members of all sorts. */
static void test_members(void **state)
{
	static const struct {
		const char *service, *shape, *name, *cli, *no, *wire, *query, *type;
		bool required;
		int64_t min, max;
	} rows[] = {
		{"ec2", "DescribeImagesRequest", "ImageIds", "image-ids", "", "", "ImageId",
			"string[]", false, INT64_MIN, INT64_MAX},
		{"ec2", "DescribeImagesRequest", "DryRun", "dry-run", "no-dry-run", "", "DryRun",
			"boolean", false, INT64_MIN, INT64_MAX},
		{"ec2", "DescribeImagesRequest", "Filters", "filters", "", "", "Filter", "Filter[]",
			false, INT64_MIN, INT64_MAX},
		{"ec2", "Image", "ImageId", "image-id", "", "imageId", "", "string", false,
			INT64_MIN, INT64_MAX},
		{"ec2", "Image", "State", "state", "", "imageState", "", "ImageState", false,
			INT64_MIN, INT64_MAX},
		{"ec2", "CreateImageRequest", "Name", "name", "", "", "Name", "string", true, 3,
			128},
		{"ec2", "CreateImageRequest", "NoReboot", "no-reboot", "reboot", "", "NoReboot",
			"boolean", false, INT64_MIN, INT64_MAX},
		{"ec2", "RunInstancesRequest", "DisableApiTermination", "disable-api-termination",
			"enable-api-termination", "", "DisableApiTermination", "boolean", false,
			INT64_MIN, INT64_MAX},
		{"ec2", "ModifyInstanceAttributeRequest", "DisableApiTermination",
			"disable-api-termination", "no-disable-api-termination", "",
			"DisableApiTermination", "AttributeBooleanValue", false, INT64_MIN,
			INT64_MAX},
		{"ec2", "InstanceNetworkInterfaceSpecification", "Ipv6Addresses", "ipv6-addresses",
			"", "ipv6AddressesSet", "Ipv6Addresses", "InstanceIpv6Address[]", false,
			INT64_MIN, INT64_MAX},
		{"ec2", "Filter", "Values", "values", "", "", "Value", "string[]", false, INT64_MIN,
			INT64_MAX},
		{"sts", "AssumeRoleRequest", "Tags", "tags", "", "", "Tags", "Tag[]", false,
			INT64_MIN, 50},
		{"sts", "AssumeRoleRequest", "Policy", "policy", "", "", "Policy", "string", false,
			1, INT64_MAX},
		{"kms", "KeyMetadata", "AWSAccountId", "aws-account-id", "", "AWSAccountId", "",
			"string", false, INT64_MIN, INT64_MAX},
		{"ssm", "StartAutomationExecutionRequest", "TargetMaps", "target-maps", "", "",
			"TargetMaps", "map<string[]>[]", false, 0, 300},
	};
	const struct model_shape *s;
	const struct model_member *m;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		s = model_find_shape(service(rows[i].service), rows[i].shape);
		assert_non_null(s);
		m = member(s, MODEL_BY_NAME, rows[i].name);
		assert_non_null(m);
		assert_text(m->cli, rows[i].cli);
		assert_text(m->cli_no, rows[i].no);
		assert_text(m->wire, rows[i].wire);
		assert_text(m->query, rows[i].query);
		assert_text(model_member_shape(m)->name, rows[i].type);
		assert_int_equal(m->required, rows[i].required);
		assert_int_equal(model_member_range(m)->min, rows[i].min);
		assert_int_equal(model_member_range(m)->max, rows[i].max);
		assert_int_equal(m->location, MODEL_BODY);
	}
}

/* Lists whose elements in an answer have a name of their own; no other list has one. */
static void test_items(void **state)
{
	static const struct {
		const char *shape, *name, *item;
	} rows[] = {
		{"InferenceAcceleratorInfo", "Accelerators", "member"},
		{"InstanceNetworkInterfaceSpecification", "Groups", "SecurityGroupId"},
		{"LaunchTemplateInstanceNetworkInterfaceSpecification", "Groups", "groupId"},
		{"InstanceNetworkInterfaceSpecification", "Ipv6Addresses", ""},
		{"SpotInstanceRequest", "SpotInstanceRequestId", ""},
	};
	size_t i, n = 0;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++)
		assert_text(member(model_find_shape(service("ec2"), rows[i].shape), MODEL_BY_NAME,
				    rows[i].name)
				    ->item,
			rows[i].item);
	for (i = 0; i < model_counts.members; i++)
		n += *model_text(model_members[i].item) != '\0';
	assert_int_equal(n, 3);
}

static void test_missing_members(void **state)
{
	const struct model_shape *s = model_find_shape(service("ec2"), "Image");
	static const char *const names[] = {
		"", "A", "imageId", "ImageI", "ImageIds", "Zzz", "Image"};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(names); i++)
		assert_null(member(s, MODEL_BY_NAME, names[i]));
	assert_null(model_find_member(s, MODEL_BY_NAME, "ImageId\0", 8));
	assert_non_null(model_find_member(s, MODEL_BY_NAME, "ImageId.1", 7));
	assert_null(member(s, MODEL_BY_QUERY, "ImageId")); /* only in answers */
	assert_null(member(&model_shapes[0], MODEL_BY_NAME, "ImageId"));
	assert_null(model_find_shape(service("ec2"), "string"));
	assert_null(model_find_shape(service("ec2"), "Tag[]"));
	assert_null(model_find_shape(service("sts"), "Image"));
}

static void test_order_is_the_apis(void **state)
{
	static const char *const names[] = {"TagSpecifications", "SnapshotLocation", "DryRun",
		"InstanceId", "Name", "Description", "NoReboot", "BlockDeviceMappings"};
	const struct model_shape *s = model_find_shape(service("ec2"), "CreateImageRequest");
	static const char *const architectures[] = {
		"i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac"};
	const struct model_enum *e;
	size_t i;

	(void)state;
	assert_int_equal(s->members.n, ARRAY_LEN(names));
	for (i = 0; i < ARRAY_LEN(names); i++)
		assert_text(model_member_at(s, i)->name, names[i]);
	s = model_find_shape(service("ec2"), "ArchitectureValues");
	assert_int_equal(s->kind, MODEL_STRING);
	e = &model_enums[s->enumeration];
	assert_int_equal(e->values.n, ARRAY_LEN(architectures));
	for (i = 0; i < ARRAY_LEN(architectures); i++)
		assert_text(model_values[e->values.first + i], architectures[i]);
}

static void test_values(void **state)
{
	const struct model_shape *s = model_find_shape(service("ec2"), "InstanceType");
	const struct model_enum *e = &model_enums[s->enumeration];

	(void)state;
	assert_true(model_has_value(e, "t3.micro"));
	assert_true(model_has_value(e, "mac2.metal"));
	assert_false(model_has_value(e, "t3.micr"));
	assert_false(model_has_value(e, "T3.micro"));
	assert_false(model_has_value(e, ""));
}

static void test_filters(void **state)
{
	static const struct {
		const char *operation, *filter;
		bool found;
	} rows[] = {
		{"DescribeImages", "architecture", true},
		{"DescribeImages", "virtualization-type", true},
		{"DescribeImages", "tag:Name", true},
		{"DescribeImages", "tag:<key>", true},
		{"DescribeImages", "tag:", false},
		{"DescribeImages", "tag", false},
		{"DescribeImages", "Architecture", false},
		{"DescribeImages", "", false},
		{"DescribeVolumes", "tag:a b", true},
		{"DescribeRegions", "tag:Name", false},
		{"CreateTags", "architecture", false},
	};
	const struct model_operation *op;
	size_t i;
	int at;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		op = operation(rows[i].operation);
		at = model_find_filter(op, rows[i].filter);
		assert_int_equal(at >= 0, rows[i].found);
		if (at >= 0 && strncmp(rows[i].filter, "tag:", 4) != 0)
			assert_text(model_filters[op->filters.first + at], rows[i].filter);
	}
}

static void test_waiters(void **state)
{
	const struct model_waiter *w = model_find_waiter(service("ec2"), "image-available");
	const struct model_acceptor *a;

	(void)state;
	assert_non_null(w);
	assert_ptr_equal(model_find_waiter(service("ec2"), "ImageAvailable"), w);
	assert_text(model_operations[w->operation].name, "DescribeImages");
	assert_int_equal(w->delay, 15);
	assert_int_equal(w->attempts, 40);
	assert_int_equal(w->acceptors.n, 2);
	a = &model_acceptors[w->acceptors.first];
	assert_int_equal(a->matcher, MODEL_PATH_ALL);
	assert_int_equal(a->outcome, MODEL_SUCCESS);
	assert_int_equal(a->expected, MODEL_EXPECT_TEXT);
	assert_text(a->path, "Images[].State");
	assert_text(a->text, "available");
	assert_int_equal(a[1].matcher, MODEL_PATH_ANY);
	assert_int_equal(a[1].outcome, MODEL_FAILURE);

	w = model_find_waiter(service("ec2"), "vpc-exists");
	a = &model_acceptors[w->acceptors.first];
	assert_int_equal(a->matcher, MODEL_HTTP_STATUS);
	assert_int_equal(a->expected, MODEL_EXPECT_NUMBER);
	assert_int_equal(a->number, 200);
	assert_int_equal(a[1].matcher, MODEL_ERROR);
	assert_int_equal(a[1].outcome, MODEL_RETRY);
	assert_text(a[1].text, "InvalidVpcID.NotFound");

	w = model_find_waiter(service("ec2"), "image-exists");
	assert_int_equal(model_acceptors[w->acceptors.first].expected, MODEL_EXPECT_TRUE);
	assert_int_equal(service("ec2")->waiters.n, 25);
	assert_null(model_find_waiter(service("ec2"), "image-availabl"));
	assert_null(model_find_waiter(service("sts"), "image-available"));
}

static void test_options(void **state)
{
	static const struct {
		const char *name;
		enum model_option_type type;
		bool flag;
		size_t choices;
	} rows[] = {
		{"debug", MODEL_OPTION_BOOLEAN, true, 0},
		{"output", MODEL_OPTION_STRING, false, 6},
		{"version", MODEL_OPTION_STRING, true, 0},
		{"cli-read-timeout", MODEL_OPTION_INT, false, 0},
		{"color", MODEL_OPTION_STRING, false, 3},
	};
	const struct model_option *o;
	size_t i;

	(void)state;
	assert_int_equal(model_counts.options, 19);
	assert_text(model_options[0].name, "debug");
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		o = model_find_option(rows[i].name);
		assert_non_null(o);
		assert_int_equal(o->type, rows[i].type);
		assert_int_equal(o->flag, rows[i].flag);
		assert_int_equal(o->choices.n, rows[i].choices);
	}
	assert_text(model_choices[model_find_option("output")->choices.first + 4], "yaml-stream");
	assert_null(model_find_option("--output"));
}

/* --- what holds for every row --- */

static bool is_cli_name(const char *s)
{
	return *s && *s != '-' && s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0' &&
	       s[strlen(s) - 1] != '-' && !strstr(s, "--");
}

static void test_every_service(void **state)
{
	size_t i, operations = 0, shapes = 0, waiters = 0, known = 0, commands = 0;

	(void)state;
	for (i = 0; i < model_counts.services; i++) {
		const struct model_service *s = &model_services[i];
		const struct model_top *top = model_find_top(model_text(s->command));

		assert_ptr_equal(model_find_service(model_text(s->name)), s);
		assert_non_null(top);
		assert_int_equal(top->service, i);
		/* The services' runs follow one another and leave nothing out. */
		assert_int_equal(s->operations.first, operations);
		assert_int_equal(s->shapes.first, shapes);
		assert_int_equal(s->waiters.first, waiters);
		assert_int_equal(s->known.first, known);
		assert_int_equal(s->commands.first, commands);
		operations += s->operations.n;
		shapes += s->shapes.n;
		waiters += s->waiters.n;
		known += s->known.n;
		commands += s->commands.n;
	}
	assert_int_equal(operations, model_counts.operations);
	assert_int_equal(shapes, model_counts.shapes);
	assert_int_equal(waiters, model_counts.waiters);
	assert_int_equal(known, model_counts.known);
	assert_int_equal(commands, model_counts.commands);
}

static void check_page(const struct model_operation *op)
{
	const struct model_page *p = &model_pages[op->page];
	const struct model_member *result = &model_members[p->result];

	assert_int_equal(model_members[p->token_in].owner, op->input);
	assert_int_equal(model_members[p->token_out].owner, op->output);
	assert_int_equal(result->owner, op->output);
	assert_int_equal(model_member_shape(result)->kind, MODEL_LIST);
	assert_int_equal(model_member_shape(&model_members[p->token_out])->kind, MODEL_STRING);
	if (p->limit != MODEL_NONE)
		assert_int_equal(model_members[p->limit].owner, op->input);
}

static void test_every_operation(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < model_counts.operations; i++) {
		const struct model_operation *op = &model_operations[i];
		const struct model_service *s = &model_services[op->service];
		const char *name = model_text(op->name);

		assert_true(is_cli_name(model_text(op->cli)));
		assert_ptr_equal(model_find_operation(model_text(s->name), name), op);
		assert_int_equal(model_find_command(s, model_text(op->cli))->operation, i);
		assert_int_equal(model_shape(op->input)->kind, MODEL_STRUCTURE);
		assert_true(model_shape(op->input)->uses & MODEL_IN);
		if (op->output != MODEL_NONE) {
			assert_int_equal(model_shape(op->output)->kind, MODEL_STRUCTURE);
			assert_true(model_shape(op->output)->uses & MODEL_OUT);
		}
		if (op->page != MODEL_NONE)
			check_page(op);
		for (k = 0; k < op->filters.n; k++)
			assert_int_equal(model_find_filter(op,
						 model_text(model_filters[op->filters.first + k])),
				k);
	}
}

/* Found by each of its names, as itself. */
static void check_names(const struct model_shape *s, const struct model_member *m)
{
	assert_true(is_cli_name(model_text(m->cli)));
	assert_ptr_equal(member(s, MODEL_BY_NAME, model_text(m->name)), m);
	assert_ptr_equal(member(s, MODEL_BY_CLI, model_text(m->cli)), m);
	assert_int_equal(*model_text(m->wire) != '\0', (s->uses & MODEL_OUT) != 0);
	assert_int_equal(*model_text(m->query) != '\0', (s->uses & MODEL_IN) != 0);
	if (s->uses & MODEL_OUT)
		assert_ptr_equal(member(s, MODEL_BY_WIRE, model_text(m->wire)), m);
	if (s->uses & MODEL_IN)
		assert_ptr_equal(member(s, MODEL_BY_QUERY, model_text(m->query)), m);
}

static void test_every_member(void **state)
{
	size_t i, k, seen = 0;

	(void)state;
	for (i = 0; i < model_counts.shapes; i++) {
		const struct model_shape *s = &model_shapes[i];

		for (k = 0; k < s->members.n; k++, seen++) {
			const struct model_member *m = model_member_at(s, k);
			const struct model_range *r = model_member_range(m);

			assert_int_equal(m->owner, i);
			assert_int_equal(m->position, k);
			assert_true(m->shape < model_counts.shapes);
			assert_true(m->range < model_counts.ranges && r->min <= r->max);
			assert_true(m->doc < model_counts.docs);
			assert_int_equal(model_member_shape(m)->uses & s->uses, s->uses);
			check_names(s, m);
		}
	}
	assert_int_equal(seen, model_counts.members);
}

static void test_every_shape(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < model_counts.services; i++) {
		const struct model_service *s = &model_services[i];

		for (k = s->shapes.first; k < (size_t)s->shapes.first + s->shapes.n; k++) {
			const struct model_shape *shape = &model_shapes[k];
			bool nested = shape->kind == MODEL_LIST || shape->kind == MODEL_MAP;
			bool named =
				shape->kind == MODEL_STRUCTURE || shape->enumeration != MODEL_NONE;

			assert_int_equal(shape->element != MODEL_NONE, nested);
			if (shape->kind != MODEL_STRUCTURE)
				assert_int_equal(shape->members.n, 0);
			if (shape->enumeration != MODEL_NONE)
				assert_int_equal(shape->kind, MODEL_STRING);
			if (named)
				assert_ptr_equal(
					model_find_shape(s, model_text(shape->name)), shape);
		}
	}
}

static void test_every_enum(void **state)
{
	size_t i, k, seen = 0;

	(void)state;
	for (i = 0; i < model_counts.enums; i++) {
		const struct model_enum *e = &model_enums[i];

		assert_true(e->values.n > 0);
		for (k = 0; k < e->values.n; k++, seen++)
			assert_true(
				model_has_value(e, model_text(model_values[e->values.first + k])));
	}
	assert_int_equal(seen, model_counts.values);
}

static void test_every_known_name(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < model_counts.services; i++) {
		const struct model_service *s = &model_services[i];

		for (k = s->known.first; k < (size_t)s->known.first + s->known.n; k++) {
			const struct model_known *known = &model_known[k];

			if (*model_text(known->name))
				assert_ptr_equal(
					model_find_known(s, model_text(known->name)), known);
			if (*model_text(known->cli))
				assert_ptr_equal(
					model_find_command(s, model_text(known->cli)), known);
			if (known->operation != MODEL_NONE)
				assert_int_equal(
					model_operations[known->operation].name, known->name);
		}
	}
	for (i = 0; i < model_counts.tops; i++)
		assert_ptr_equal(model_find_top(model_text(model_tops[i].name)), &model_tops[i]);
}

static void test_every_waiter(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < model_counts.waiters; i++) {
		const struct model_waiter *w = &model_waiters[i];
		const struct model_service *s =
			&model_services[model_operations[w->operation].service];

		assert_ptr_equal(model_find_waiter(s, model_text(w->name)), w);
		assert_ptr_equal(model_find_waiter(s, model_text(w->cli)), w);
		assert_true(is_cli_name(model_text(w->cli)));
		assert_true(w->delay > 0 && w->attempts > 0 && w->acceptors.n > 0);
		for (k = 0; k < w->acceptors.n; k++) {
			const struct model_acceptor *a = &model_acceptors[w->acceptors.first + k];

			assert_int_equal(
				*model_text(a->path) != '\0', a->matcher <= MODEL_PATH_ANY);
			assert_int_equal(
				*model_text(a->text) != '\0', a->expected == MODEL_EXPECT_TEXT);
		}
	}
}

/* A flag of a command can be turned off, and nothing else can. */
static void test_every_flag(void **state)
{
	size_t i, k, flags = 0;

	(void)state;
	for (i = 0; i < model_counts.operations; i++) {
		const struct model_shape *s = model_shape(model_operations[i].input);

		for (k = 0; k < s->members.n; k++) {
			const struct model_member *m = model_member_at(s, k);
			const struct model_shape *type = model_member_shape(m);
			const struct model_member *value = member(type, MODEL_BY_NAME, "Value");
			bool wrapped = value && type->members.n == 1 &&
				       model_member_shape(value)->kind == MODEL_BOOLEAN;

			assert_int_equal(*model_text(m->cli_no) != '\0',
				type->kind == MODEL_BOOLEAN || wrapped);
			flags += *model_text(m->cli_no) != '\0';
		}
	}
	for (i = k = 0; i < model_counts.members; i++)
		k += *model_text(model_members[i].cli_no) != '\0';
	assert_int_equal(k, flags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_services),
		cmocka_unit_test(test_words_after_aws),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_operation),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_items),
		cmocka_unit_test(test_missing_members),
		cmocka_unit_test(test_order_is_the_apis),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_waiters),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_every_service),
		cmocka_unit_test(test_every_operation),
		cmocka_unit_test(test_every_member),
		cmocka_unit_test(test_every_shape),
		cmocka_unit_test(test_every_enum),
		cmocka_unit_test(test_every_known_name),
		cmocka_unit_test(test_every_waiter),
		cmocka_unit_test(test_every_flag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
