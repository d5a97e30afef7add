/* globals.c - options before environment before files: see globals.h. */
#include "cli/globals.h"

#include "cli/paramfile.h"
#include "query/pytext.h"

#include <ctype.h>
#include <string.h>

/* --- where values come from ----------------------------------------------------------------- */

void globals_grammar(struct invocation *inv, struct words_grammar *g)
{
	struct words_option *options =
		arena_calloc(&inv->arena, model_counts.options * sizeof *options);

	for (size_t i = 0; i < model_counts.options; i++) {
		const struct model_option *o = &model_options[i];
		const char **choices =
			arena_alloc(&inv->arena, (o->choices.n + 1) * sizeof *choices);

		for (size_t k = 0; k < o->choices.n; k++)
			choices[k] = model_text(model_choices[o->choices.first + k]);
		options[i].name = model_text(o->name);
		options[i].arity = o->flag ? WORDS_FLAG : WORDS_ONE;
		if (strcmp(options[i].name, "version") == 0)
			options[i].arity = WORDS_VERSION;
		options[i].choices = (struct names){choices, o->choices.n};
	}
	g->options = options;
	g->n_options = model_counts.options;
}

/* The value of an option; "" if it is a flag; NULL: not given. */
static const char *option(const struct words_taken *options, const char *name)
{
	const struct model_option *o = model_find_option(name);
	const struct words_taken *t;

	if (!o)
		return NULL;
	t = &options[o - model_options];
	if (!t->order)
		return NULL;
	return t->n ? t->values[0] : "";
}

static const char *env(const struct invocation *inv, const char *name)
{
	return inv->c->env ? inv->c->env(inv->c->ctx, name) : NULL;
}

/* An empty variable is as good as none. */
static const char *env_text(const struct invocation *inv, const char *name)
{
	const char *value = env(inv, name);

	return value && *value ? value : NULL;
}

static const char *profile_name(const struct invocation *inv)
{
	return inv->g.profile ? inv->g.profile : "default";
}

const char *globals_config(const struct invocation *inv, const char *key)
{
	const char *name = profile_name(inv);
	const char *value =
		cli_ini_text(cli_ini_credentials_profile(inv->g.credentials, name), key);

	return value ? value : cli_ini_text(cli_ini_config_profile(inv->g.config, name), key);
}

/* --- files ---------------------------------------------------------------------------------- */

static const char *file_name(struct invocation *inv, const char *variable, const char *usual)
{
	const char *given = env_text(inv, variable), *kept;
	struct buf name = BUF_INIT;

	if (!given)
		return usual;
	paramfile_expand(inv->c, given, &name);
	kept = arena_strdup(&inv->arena, name.s);
	buf_release(&name);
	return kept;
}

static bool readable(struct invocation *inv, const struct cli_ini *ini, const char *name)
{
	return ini->state != CLI_INI_BAD ||
	       fail_general(inv, "Unable to parse config file: %s", name);
}

static bool read_files(struct invocation *inv)
{
	struct cli_globals *g = &inv->g;

	g->config_file = file_name(inv, "AWS_CONFIG_FILE", inv->c->config_file);
	g->credentials_file =
		file_name(inv, "AWS_SHARED_CREDENTIALS_FILE", inv->c->credentials_file);
	g->config = cli_ini_load(g->config_file);
	g->credentials = cli_ini_load(g->credentials_file);
	return readable(inv, g->config, g->config_file) &&
	       readable(inv, g->credentials, g->credentials_file);
}

void globals_release(struct invocation *inv)
{
	cli_ini_free(inv->g.config);
	cli_ini_free(inv->g.credentials);
	jmes_free(inv->g.query);
}

/* --- values of the options ------------------------------------------------------------------ */

static bool resolve_query(struct invocation *inv, const char *text)
{
	struct jmes_error e = JMES_ERROR_INIT;
	bool ok = true;

	inv->g.query_text = text;
	if (text && !jmes_compile(text, &inv->g.query, &e))
		ok = fail_param(inv, "Bad value for --query %s: %s", text, e.text.s);
	jmes_error_release(&e);
	return ok;
}

/* The scheme that Python's urlparse() finds: what stands before the first colon, if it can be one.
 */
static bool has_scheme(const char *url)
{
	size_t n = strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

	return isalpha((unsigned char)*url) && url[n] == ':';
}

static bool resolve_endpoint(struct invocation *inv, const char *url)
{
	if (url && !has_scheme(url))
		return fail_param(inv,
			"Bad value for --endpoint-url \"%s\": scheme is missing.  Must be of the form "
			"http://<hostname>/ or https://<hostname>/",
			url);
	inv->who.endpoint = url;
	return true;
}

/* Seconds: 60 unless it is said otherwise; 0: for ever. */
static bool resolve_timeout(struct invocation *inv, const char *text, int *out)
{
	enum { USUAL = 60, MOST = 1000000 };
	struct buf quoted = BUF_INIT;
	int64_t seconds = USUAL;
	bool ok = !text || words_int(text, strlen(text), &seconds);

	if (!ok) {
		py_quote(&quoted, text, strlen(text));
		fail_general(inv, "invalid literal for int() with base 10: %s", quoted.s);
	}
	buf_release(&quoted);
	*out = seconds < 0 ? 0 : seconds > MOST ? MOST : (int)seconds;
	return ok;
}

static void resolve_trust(struct invocation *inv, const struct words_taken *options)
{
	inv->who.insecure = option(options, "no-verify-ssl") != NULL;
	inv->who.ca_bundle = option(options, "ca-bundle");
	if (!inv->who.ca_bundle)
		inv->who.ca_bundle = env_text(inv, "AWS_CA_BUNDLE");
	if (!inv->who.ca_bundle)
		inv->who.ca_bundle = globals_config(inv, "ca_bundle");
	if (!inv->who.ca_bundle)
		inv->who.ca_bundle = env_text(inv, "REQUESTS_CA_BUNDLE");
}

static bool resolve_formats(struct invocation *inv, const struct words_taken *options)
{
	const char *blobs = option(options, "cli-binary-format");
	const char *stamps = globals_config(inv, "cli_timestamp_format");

	if (!blobs)
		blobs = globals_config(inv, "cli_binary_format");
	if (!blobs)
		blobs = "base64";
	inv->g.raw_blobs = strcmp(blobs, "raw-in-base64-out") == 0;
	if (!inv->g.raw_blobs && strcmp(blobs, "base64") != 0)
		return fail_general(inv, "'%s'", blobs);
	inv->g.wire_timestamps = stamps && strcmp(stamps, "wire") == 0;
	if (stamps && !inv->g.wire_timestamps && strcmp(stamps, "iso8601") != 0)
		return fail_classified(inv, CLI_CONFIGURATION, "Configuration",
			"Unknown cli_timestamp_format value: %s, valid values are \"wire\" or "
			"\"iso8601\"",
			stamps);
	return true;
}

static void resolve_output(struct invocation *inv, const struct words_taken *options)
{
	const char *color = option(options, "color");

	inv->g.output = option(options, "output");
	if (!inv->g.output)
		inv->g.output = env(inv, "AWS_DEFAULT_OUTPUT");
	if (!inv->g.output)
		inv->g.output = globals_config(inv, "output");
	if (!inv->g.output)
		inv->g.output = "json";
	inv->g.color = !color || strcmp(color, "auto") == 0 ? CLI_COLOR_AUTO
		       : strcmp(color, "on") == 0           ? CLI_COLOR_ON
							    : CLI_COLOR_OFF;
}

static void resolve_pager(struct invocation *inv, const struct words_taken *options)
{
	const char *pager = env(inv, "AWS_PAGER");

	if (!pager)
		pager = globals_config(inv, "cli_pager");
	if (!pager)
		pager = env(inv, "PAGER");
	if (!pager)
		pager = "less";
	inv->g.pager_off = option(options, "no-cli-pager") != NULL;
	free(inv->c->pager);
	inv->c->pager = xstrdup(inv->g.pager_off ? "" : pager);
}

static void resolve_errors(struct invocation *inv, const struct words_taken *options)
{
	const char *given = options ? option(options, "cli-error-format") : NULL;
	const char *format = given ? given : env_text(inv, "AWS_CLI_ERROR_FORMAT");

	if (!format && inv->g.config)
		format = globals_config(inv, "cli_error_format");
	if (format)
		fail_format_parse(format, &inv->error_format);
}

static void resolve_attempts(struct invocation *inv)
{
	const char *text = env_text(inv, "AWS_MAX_ATTEMPTS");
	int64_t n;

	if (!text)
		text = globals_config(inv, "max_attempts");
	inv->who.attempts = 3;
	if (text && words_int(text, strlen(text), &n) && n > 0)
		inv->who.attempts = n > 100 ? 100 : (int)n;
}

void globals_begin(struct invocation *inv)
{
	inv->error_format = CLI_ERROR_ENHANCED;
	resolve_errors(inv, NULL);
}

/* --- Region and keys ------------------------------------------------------------------------ */

static void resolve_region(struct invocation *inv, const char *given)
{
	inv->g.region_option = given && *given ? given : NULL;
	inv->who.region = inv->g.region_option;
	if (!inv->who.region)
		inv->who.region = env_text(inv, "AWS_REGION");
	if (!inv->who.region)
		inv->who.region = env_text(inv, "AWS_DEFAULT_REGION");
	if (!inv->who.region)
		inv->who.region = globals_config(inv, "region");
}

/* A key, its secret and token, of one source. False: it has no key. */
static bool take_keys(struct invocation *inv, const char *source, const char *key,
	const char *secret, const char *token)
{
	if (!key || !*key)
		return false;
	inv->g.key_source = source;
	inv->who.key = key;
	inv->who.secret = secret && *secret ? secret : NULL;
	inv->who.token = token && *token ? token : NULL;
	return true;
}

static bool keys_of_profile(struct invocation *inv, const char *source, const json_t *profile)
{
	const char *token = cli_ini_text(profile, "aws_session_token");

	if (!token)
		token = cli_ini_text(profile, "aws_security_token");
	return take_keys(inv, source, cli_ini_text(profile, "aws_access_key_id"),
		cli_ini_text(profile, "aws_secret_access_key"), token);
}

/* Who names a profile on the command line wants its keys and not those of the environment. */
static void resolve_keys(struct invocation *inv, bool profile_option)
{
	const char *name = profile_name(inv), *token = env_text(inv, "AWS_SESSION_TOKEN");

	if (!token)
		token = env_text(inv, "AWS_SECURITY_TOKEN");
	if (!profile_option && take_keys(inv, "env", env(inv, "AWS_ACCESS_KEY_ID"),
				       env(inv, "AWS_SECRET_ACCESS_KEY"), token))
		return;
	if (!keys_of_profile(inv, "shared-credentials-file",
		    cli_ini_credentials_profile(inv->g.credentials, name)))
		keys_of_profile(inv, "config-file", cli_ini_config_profile(inv->g.config, name));
}

bool globals_resolve(struct invocation *inv, const struct words_taken *options)
{
	const char *profile = option(options, "profile");

	inv->g.profile = profile && *profile ? profile : env_text(inv, "AWS_PROFILE");
	if (!inv->g.profile)
		inv->g.profile = env_text(inv, "AWS_DEFAULT_PROFILE");
	inv->g.paginate = !option(options, "no-paginate");
	inv->g.sign = !option(options, "no-sign-request");
	inv->who.anonymous = !inv->g.sign;
	inv->g.debug = option(options, "debug") != NULL;
	if (!read_files(inv))
		return false;
	resolve_errors(inv, options);
	resolve_output(inv, options);
	resolve_pager(inv, options);
	resolve_attempts(inv);
	resolve_trust(inv, options);
	resolve_region(inv, option(options, "region"));
	resolve_keys(inv, profile && *profile);
	inv->who.profile = profile_name(inv);
	return resolve_query(inv, option(options, "query")) &&
	       resolve_endpoint(inv, option(options, "endpoint-url")) &&
	       resolve_timeout(inv, option(options, "cli-read-timeout"), &inv->who.read_timeout) &&
	       resolve_timeout(
		       inv, option(options, "cli-connect-timeout"), &inv->who.connect_timeout) &&
	       resolve_formats(inv, options);
}

/* --- a client ------------------------------------------------------------------------------- */

/* A label of a host's name: letters, digits and inner dashes, 1 to 63. */
static bool is_label(const char *s, size_t n)
{
	if (n < 1 || n > 63 || s[0] == '-' || s[n - 1] == '-')
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char)s[i]) && s[i] != '-')
			return false;
	}
	return true;
}

static bool is_host(const char *s, size_t n)
{
	if (n > 0 && s[n - 1] == '.')
		n--;
	if (n == 0 || n > 255)
		return false;
	for (size_t i = 0; i <= n;) {
		const char *dot = memchr(s + i, '.', n - i);
		size_t label = dot ? (size_t)(dot - s) - i : n - i;

		if (!is_label(s + i, label))
			return false;
		i += label + 1;
	}
	return true;
}

/* botocore wants a host after "//", and perhaps a port. */
static bool is_endpoint(const char *url)
{
	const char *host = strstr(url, "://"), *at;
	size_t n;

	if (!host)
		return false;
	host += 3;
	n = strcspn(host, "/?#");
	at = memchr(host, '@', n);
	if (at) {
		n -= (size_t)(at + 1 - host);
		host = at + 1;
	}
	if (*host == '[')
		return memchr(host, ']', n) != NULL;
	return is_host(host, strcspn(host, ":/?#") < n ? strcspn(host, ":/?#") : n);
}

/* (?![0-9]+$)(?!-)[a-zA-Z0-9-]{,63}(?<!-) */
static bool is_region(const char *s)
{
	size_t n = strlen(s);

	return is_label(s, n) && strspn(s, "0123456789") != n;
}

/* An endpoint of the environment or the files: for one service, or for all. */
static const char *configured_endpoint(const struct invocation *inv)
{
	struct buf name = BUF_INIT;
	const char *url, *ignored = env_text(inv, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");

	if (ignored && strcasecmp(ignored, "true") == 0)
		return NULL;
	buf_addf(&name, "AWS_ENDPOINT_URL_%s", model_text(inv->service->name));
	for (size_t i = 0; i < name.len; i++)
		name.s[i] = (char)toupper((unsigned char)name.s[i]);
	url = env_text(inv, name.s);
	buf_release(&name);
	if (!url)
		url = env_text(inv, "AWS_ENDPOINT_URL");
	return url ? url : globals_config(inv, "endpoint_url");
}

const char *globals_endpoint(const struct invocation *inv)
{
	return inv->who.endpoint ? inv->who.endpoint : configured_endpoint(inv);
}

static bool complete_keys(struct invocation *inv)
{
	bool from_env = inv->g.key_source && strcmp(inv->g.key_source, "env") == 0;

	if (!inv->who.key || inv->who.secret || !inv->g.sign)
		return true;
	return fail_general(inv, "Partial credentials found in %s, missing: %s", inv->g.key_source,
		from_env ? "AWS_SECRET_ACCESS_KEY" : "aws_secret_access_key");
}

bool globals_client(struct invocation *inv)
{
	if (inv->g.profile &&
		!cli_ini_has_profile(inv->g.config, inv->g.credentials, inv->g.profile))
		return fail_general(
			inv, "The config profile (%s) could not be found", inv->g.profile);
	if (!complete_keys(inv))
		return false;
	if (inv->who.region && !is_region(inv->who.region))
		return fail_general(inv,
			"Provided region_name '%s' doesn't match a supported format.",
			inv->who.region);
	if (!inv->who.region)
		return fail_classified(inv, CLI_CONFIGURATION, "NoRegion",
			"You must specify a region. You can also configure your region by running "
			"\"aws configure\".");
	inv->who.endpoint = globals_endpoint(inv);
	if (inv->who.endpoint && !is_endpoint(inv->who.endpoint))
		return fail_general(inv, "Invalid endpoint: %s", inv->who.endpoint);
	return true;
}

bool globals_credentials(struct invocation *inv)
{
	if (!inv->g.sign || inv->who.key)
		return true;
	return fail_classified(inv, CLI_CONFIGURATION, "NoCredentials",
		"Unable to locate credentials. You can configure credentials by running \"aws "
		"login\".");
}
