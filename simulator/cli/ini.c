/* ini.c - see ini.h: reading the files of `aws configure`. Editing is in ini-edit.c. */
#include "cli/ini.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { FILE_LIMIT = 1 << 20 }; /* a configuration is never larger; what is, is no configuration */

/* What Python's str.strip() takes away, as far as it is ASCII. */
static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
}

struct span {
	const char *s;
	size_t n;
};

static struct span strip(struct span t)
{
	while (t.n && is_blank(t.s[0])) {
		t.s++;
		t.n--;
	}
	while (t.n && is_blank(t.s[t.n - 1]))
		t.n--;
	return t;
}

/* The next line, without its end; false at the end of the text. */
static bool next_line(struct span *rest, struct span *line)
{
	const char *end;

	if (!rest->n)
		return false;
	end = memchr(rest->s, '\n', rest->n);
	*line = (struct span){rest->s, end ? (size_t)(end - rest->s) : rest->n};
	rest->s += line->n + (end != NULL);
	rest->n -= line->n + (end != NULL);
	return true;
}

/* --- RawConfigParser: lines into options ---------------------------------------------------- */

struct reader {
	json_t *sections, *section; /* section: the open one, borrowed */
	struct buf option;          /* the open one's name; "" before the first of a section */
	struct buf value;
	size_t indent; /* of the line that opened it: deeper ones continue its value */
	bool bad;
};

static json_t *text_value(const char *s, size_t n)
{
	return json_stringn_nocheck(s, n);
}

/* "a = b" lines of a value that began on a new line. */
static json_t *nested_value(const char *s, size_t n)
{
	struct span rest = {s, n}, line, key, value;
	json_t *group = json_object();
	const char *sign;

	while (next_line(&rest, &line)) {
		line = strip(line);
		if (!line.n)
			continue;
		sign = memchr(line.s, '=', line.n);
		if (!sign) {
			json_decref(group);
			return NULL;
		}
		key = strip((struct span){line.s, (size_t)(sign - line.s)});
		value = strip((struct span){sign + 1, line.n - (size_t)(sign - line.s) - 1});
		json_object_setn_new_nocheck(group, key.s, key.n, text_value(value.s, value.n));
	}
	return group;
}

static void close_option(struct reader *r)
{
	json_t *value;

	if (!r->option.len)
		return;
	while (r->value.len && is_blank(r->value.s[r->value.len - 1]))
		buf_truncate(&r->value, r->value.len - 1);
	value = r->value.s[0] == '\n' ? nested_value(r->value.s, r->value.len)
				      : text_value(r->value.s, r->value.len);
	if (!value)
		r->bad = true;
	else
		json_object_setn_new_nocheck(r->section, r->option.s, r->option.len, value);
	buf_clear(&r->option);
	buf_clear(&r->value);
}

static void open_section(struct reader *r, struct span name)
{
	close_option(r);
	r->section = json_object_getn(r->sections, name.s, name.n);
	if (r->section && !(name.n == 7 && !memcmp(name.s, "DEFAULT", 7)))
		r->bad = true;
	if (r->section)
		return;
	r->section = json_object();
	json_object_setn_new_nocheck(r->sections, name.s, name.n, r->section);
}

static void open_option(struct reader *r, struct span line)
{
	size_t i = 0;
	struct span name, value;

	while (i < line.n && line.s[i] != '=' && line.s[i] != ':')
		i++;
	name = strip((struct span){line.s, i});
	close_option(r);
	if (!r->section || i == line.n || !name.n) {
		r->bad = true;
		return;
	}
	for (i = 0; i < name.n; i++)
		buf_addc(&r->option,
			(char)(name.s[i] >= 'A' && name.s[i] <= 'Z' ? name.s[i] + 32 : name.s[i]));
	if (json_object_getn(r->section, r->option.s, r->option.len))
		r->bad = true; /* twice */
	value = (struct span){name.s + name.n, (size_t)(line.s + line.n - name.s) - name.n};
	value = strip(value);
	value = strip((struct span){value.s + 1, value.n - 1});
	buf_add(&r->value, value.s, value.n);
}

/* The name between '[' and the last ']' of the line; false: no header. */
static bool header(struct span line, struct span *name)
{
	size_t n = line.n;

	while (n && line.s[n - 1] != ']')
		n--;
	if (line.s[0] != '[' || n < 3)
		return false;
	*name = (struct span){line.s + 1, n - 2};
	return true;
}

static void read_line(struct reader *r, struct span raw)
{
	struct span line = strip(raw), name;
	size_t indent = (size_t)(line.s - raw.s);

	if (line.n && (line.s[0] == '#' || line.s[0] == ';'))
		return;
	if (!line.n) {
		if (r->option.len)
			buf_addc(&r->value, '\n');
		return;
	}
	if (r->option.len && indent > r->indent) {
		buf_addc(&r->value, '\n');
		buf_add(&r->value, line.s, line.n);
		return;
	}
	r->indent = indent;
	if (header(line, &name))
		open_section(r, name);
	else
		open_option(r, line);
}

/* Options of [DEFAULT] hold in every section that has none of the name. */
static void spread_defaults(json_t *sections)
{
	json_t *defaults = json_incref(json_object_get(sections, "DEFAULT")), *section;
	const char *name;

	if (!defaults)
		return;
	json_object_del(sections, "DEFAULT");
	json_object_foreach(sections, name, section) json_object_update_missing(section, defaults);
	json_decref(defaults);
}

/* --- profiles ------------------------------------------------------------------------------- */

/* One word of a shell's line, quotes taken off; false: no more, or a quote that is not closed. */
static bool shell_word(const char **at, struct buf *word)
{
	const char *s = *at;
	char quote = 0;

	while (is_blank(*s))
		s++;
	if (!*s)
		return false;
	for (; *s && (quote || !is_blank(*s)); s++) {
		if (*s == quote)
			quote = 0;
		else if (!quote && (*s == '"' || *s == '\''))
			quote = *s;
		else if (*s == '\\' && quote != '\'' && s[1])
			buf_addc(word, *++s);
		else
			buf_addc(word, *s);
	}
	*at = s;
	return !quote;
}

/* "profile x": the profile is called x. */
static void add_profile(json_t *profiles, const char *section, json_t *options)
{
	struct buf word = BUF_INIT, name = BUF_INIT, more = BUF_INIT;
	const char *at = section;

	if (!strcmp(section, "default"))
		json_object_set_nocheck(profiles, section, options);
	else if (!strncmp(section, "profile", 7) && shell_word(&at, &word) &&
		 shell_word(&at, &name) && !shell_word(&at, &more) && !*at)
		json_object_setn_nocheck(profiles, name.s, name.len, options);
	buf_release(&word);
	buf_release(&name);
	buf_release(&more);
}

struct cli_ini *cli_ini_parse(const char *text, size_t n)
{
	struct cli_ini *ini = xcalloc(1, sizeof *ini);
	struct reader r = {.sections = json_object(), .option = BUF_INIT, .value = BUF_INIT};
	struct span rest = {text, n}, line;
	const char *name;
	json_t *options;

	r.bad = text_valid(text, n) != n || memchr(text, 0, n);
	while (!r.bad && next_line(&rest, &line))
		read_line(&r, line);
	if (!r.bad)
		close_option(&r);
	buf_release(&r.option);
	buf_release(&r.value);
	if (r.bad)
		json_object_clear(r.sections);
	spread_defaults(r.sections);
	*ini = (struct cli_ini){r.bad ? CLI_INI_BAD : CLI_INI_READ, r.sections, json_object()};
	json_object_foreach(ini->sections, name, options) add_profile(ini->profiles, name, options);
	return ini;
}

struct cli_ini *cli_ini_load(const char *path)
{
	FILE *f = path ? fopen(path, "rb") : NULL;
	struct buf text = BUF_INIT;
	struct cli_ini *ini;
	char part[4096];
	size_t n;

	while (f && text.len <= FILE_LIMIT && (n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(&text, part, n);
	ini = cli_ini_parse(text.s, text.len > FILE_LIMIT ? 0 : text.len);
	if (!f)
		ini->state = CLI_INI_ABSENT;
	else if (text.len > FILE_LIMIT)
		ini->state = CLI_INI_BAD;
	if (f)
		fclose(f);
	buf_release(&text);
	return ini;
}

void cli_ini_free(struct cli_ini *ini)
{
	if (!ini)
		return;
	json_decref(ini->sections);
	json_decref(ini->profiles);
	free(ini);
}

json_t *cli_ini_config_profile(const struct cli_ini *config, const char *profile)
{
	return json_object_get(config->profiles, profile);
}

json_t *cli_ini_credentials_profile(const struct cli_ini *credentials, const char *profile)
{
	return json_object_get(credentials->sections, profile);
}

const char *cli_ini_text(const json_t *profile, const char *option)
{
	return json_string_value(json_object_get(profile, option));
}

bool cli_ini_has_profile(
	const struct cli_ini *config, const struct cli_ini *credentials, const char *profile)
{
	return cli_ini_config_profile(config, profile) ||
	       cli_ini_credentials_profile(credentials, profile);
}

json_t *cli_ini_merged(const struct cli_ini *config, const struct cli_ini *credentials)
{
	json_t *merged = json_deep_copy(config->profiles), *options, *old;
	const char *name;

	json_object_foreach(credentials->sections, name, options)
	{
		old = json_object_get(merged, name);
		if (old)
			json_object_update(old, options);
		else
			json_object_set_new_nocheck(merged, name, json_deep_copy(options));
	}
	return merged;
}
