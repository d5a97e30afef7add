/*
 * test-ini.c - ~/.aws/config and credentials: what is read, and that editing leaves the rest alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli/ini.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void assert_json(const json_t *value, const char *wanted)
{
	char *text = json_dumps(value, JSON_COMPACT);

	assert_string_equal(text, wanted);
	free(text);
}

/* --- reading --- */

static void test_read(void **state)
{
	static const struct {
		const char *text;
		enum cli_ini_state state;
		const char *sections;
	} rows[] = {
		{"", CLI_INI_READ, "{}"},
		{"[default]\nregion = us-east-1\n", CLI_INI_READ,
			"{\"default\":{\"region\":\"us-east-1\"}}"},
		{"# c\n[a]\n; c\nRegion: x\n\n", CLI_INI_READ, "{\"a\":{\"region\":\"x\"}}"},
		{"[a]\nx = 1 ; not a comment\n", CLI_INI_READ,
			"{\"a\":{\"x\":\"1 ; not a comment\"}}"},
		{"[a]\ns3 =\n  max = 2\n  min=1\n", CLI_INI_READ,
			"{\"a\":{\"s3\":{\"max\":\"2\",\"min\":\"1\"}}}"},
		{"[a]\nx = 1\n  2\ny = 3", CLI_INI_READ, "{\"a\":{\"x\":\"1\\n2\",\"y\":\"3\"}}"},
		{"[a]\nx=\n", CLI_INI_READ, "{\"a\":{\"x\":\"\"}}"},
		{"[a] tail\nx==1\n", CLI_INI_READ, "{\"a\":{\"x\":\"=1\"}}"},
		{"[DEFAULT]\nx=1\n[a]\ny=2\n[b]\nx=3\n", CLI_INI_READ,
			"{\"a\":{\"y\":\"2\",\"x\":\"1\"},\"b\":{\"x\":\"3\"}}"},
		{"[a]\r\nx = 1\r\n", CLI_INI_READ, "{\"a\":{\"x\":\"1\"}}"},
		{"x = 1\n", CLI_INI_BAD, "{}"},
		{"[a]\nx\n", CLI_INI_BAD, "{}"},
		{"[a]\n[a]\n", CLI_INI_BAD, "{}"},
		{"[a]\nx=1\nX=2\n", CLI_INI_BAD, "{}"},
		{"[a\nx=1\n", CLI_INI_BAD, "{}"},
		{"[a]\ns3 =\n  none\n", CLI_INI_BAD, "{}"},
		{"[a]\nx = \xff\n", CLI_INI_BAD, "{}"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cli_ini *ini = cli_ini_parse(rows[i].text, strlen(rows[i].text));

		assert_int_equal(ini->state, rows[i].state);
		assert_json(ini->sections, rows[i].sections);
		cli_ini_free(ini);
	}
}

static void test_profiles(void **state)
{
	static const char config[] = "[default]\nregion=a\n[profile x]\nregion=b\n"
				     "[profile 'y z']\nregion=c\n[w]\nregion=d\n";
	static const char credentials[] = "[x]\naws_access_key_id=K\n[v]\naws_access_key_id=L\n";
	struct cli_ini *c = cli_ini_parse(config, sizeof config - 1);
	struct cli_ini *s = cli_ini_parse(credentials, sizeof credentials - 1);
	json_t *merged = cli_ini_merged(c, s);

	(void)state;
	assert_string_equal(cli_ini_text(cli_ini_config_profile(c, "y z"), "region"), "c");
	assert_null(cli_ini_config_profile(c, "w"));
	assert_null(cli_ini_text(NULL, "region"));
	assert_string_equal(
		cli_ini_text(cli_ini_credentials_profile(s, "v"), "aws_access_key_id"), "L");
	assert_true(cli_ini_has_profile(c, s, "v"));
	assert_false(cli_ini_has_profile(c, s, "w"));
	assert_json(merged, "{\"default\":{\"region\":\"a\"},"
			    "\"x\":{\"region\":\"b\",\"aws_access_key_id\":\"K\"},"
			    "\"y z\":{\"region\":\"c\"},\"v\":{\"aws_access_key_id\":\"L\"}}");
	json_decref(merged);
	cli_ini_free(c);
	cli_ini_free(s);
}

/* --- editing --- */

static void test_edit(void **state)
{
	static const struct {
		const char *before, *section, *values, *after;
	} rows[] = {
		{"", "default", "{\"region\":\"x\"}", "[default]\nregion = x\n"},
		{"# c\n[default]\noutput = table\nregion = eu\n[profile q]\nregion=x\n", "default",
			"{\"region\":\"us\"}",
			"# c\n[default]\noutput = table\nregion = us\n[profile q]\nregion=x\n"},
		{"[default]\n# region = no\nregion=eu", "default", "{\"region\":\"us\"}",
			"[default]\n# region = no\nregion = us\n"},
		{"[a]\nx = 1\n[b]\n", "a", "{\"y\":\"2\"}", "[a]\nx = 1\ny = 2\n[b]\n"},
		{"[a]\nx = 1", "a", "{\"y\":\"2\"}", "[a]\nx = 1\ny = 2\n"},
		{"[a]\nx = 1\n\n[b]\n", "a", "{\"y\":\"2\"}", "[a]\nx = 1\ny = 2\n\n[b]\n"},
		{"[a]", "b", "{\"y\":\"2\"}", "[a]\n[b]\ny = 2\n"},
		{"[a]\n", "a", "{\"s3\":{\"k\":\"v\"}}", "[a]\ns3 =\n    k = v\n"},
		{"[a]\ns3 =\n  k = 1\nx = 1\n", "a", "{\"s3\":{\"k\":\"2\"}}",
			"[a]\ns3 =\n  k = 2\nx = 1\n"},
		{"[a]\ns3 =\n  k = 1\n", "a", "{\"s3\":{\"m\":\"2\"}}",
			"[a]\ns3 =\n  k = 1\n    m = 2\n"},
		{"[profile \"x y\"]\n", "profile x y", "{\"a\":\"1\"}",
			"[profile \"x y\"]\na = 1\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf text = BUF_INIT;
		json_t *values = json_loads(rows[i].values, 0, NULL);

		buf_adds(&text, rows[i].before);
		cli_ini_edit(&text, rows[i].section, values);
		assert_string_equal(text.s, rows[i].after);
		buf_release(&text);
		json_decref(values);
	}
}

static void test_file(void **state)
{
	char folder[] = "/tmp/test-ini-XXXXXX", path[128], inner[64];
	json_t *values = json_pack("{ss}", "region", "x");
	struct cli_ini *ini;
	struct err e = {0};
	struct stat info;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(inner, sizeof inner, "%s/.aws", folder);
	snprintf(path, sizeof path, "%s/config", inner);
	ini = cli_ini_load(path);
	assert_int_equal(ini->state, CLI_INI_ABSENT);
	cli_ini_free(ini);
	assert_true(cli_ini_update(path, "default", values, &e));
	assert_true(cli_ini_update(path, "profile p", values, &e));
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	ini = cli_ini_load(path);
	assert_json(ini->profiles, "{\"default\":{\"region\":\"x\"},\"p\":{\"region\":\"x\"}}");
	cli_ini_free(ini);
	assert_false(cli_ini_update(inner, "default", values, &e));
	assert_non_null(strstr(e.text, "[Errno 21] Is a directory: '"));
	unlink(path);
	rmdir(inner);
	rmdir(folder);
	json_decref(values);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_edit),
		cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
