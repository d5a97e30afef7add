/* shell-start.c - see shell-start.h. */
#include "app/shell-start.h"

#include "app/world-commands.h"
#include "base/embed.h"
#include "base/intl.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* ---- the name by which we were called ---- */

static const char *const named[] = {"aws", "lab", "world", NULL};
static const char completer[] = "aws_completer", program[] = "amidojo";

static const char *last_part(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path ? path : "";
}

size_t called_as(const char *argv0, const char *words[CALLED_MOST])
{
	const char *name = last_part(argv0);
	const struct world_command *c;

	for (size_t i = 0; named[i]; i++) {
		if (strcmp(named[i], name) == 0) {
			words[0] = named[i];
			return 1;
		}
	}
	c = world_command_named(name);
	if (!c || !c->in_shell)
		return 0;
	words[0] = "world";
	words[1] = c->name;
	return 2;
}

bool called_to_complete(const char *argv0)
{
	return strcmp(last_part(argv0), completer) == 0;
}

/* ---- links ---- */

static char *in_folder(const char *folder, const char *name)
{
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s/%s", folder, name);
	return buf_detach(&path);
}

/* Where this program lies; a chroot may have no /proc. NULL: unknown. */
static char *program_path(void)
{
	const char *name = (const char *)getauxval(AT_EXECFN);
	char *path = realpath("/proc/self/exe", NULL);

	return path ? path : name ? realpath(name, NULL) : NULL;
}

static bool points_to(const char *link, const char *target)
{
	size_t n = strlen(target);
	char *found = xmalloc(n + 1);
	ssize_t got = readlink(link, found, n + 1);
	bool same = got == (ssize_t)n && memcmp(found, target, n) == 0;

	free(found);
	return same;
}

/* Beside it, then over it: a shell that looks for the name always finds one. */
static bool put_link(const char *folder, const char *name, const char *target, struct err *e)
{
	char *link = in_folder(folder, name);
	struct buf beside = BUF_INIT;
	bool ok = points_to(link, target);

	if (!ok) {
		buf_addf(&beside, "%s/.%s.%ld", folder, name, (long)getpid());
		unlink(beside.s);
		ok = symlink(target, beside.s) == 0 && rename(beside.s, link) == 0;
		if (!ok) {
			err_set(e, ERR_IO, _("cannot make the link %s: %s"), link, strerror(errno));
			unlink(beside.s);
		}
		buf_release(&beside);
	}
	free(link);
	return ok;
}

static bool is_ours(const char *name)
{
	const char *words[CALLED_MOST];

	return strcmp(name, program) == 0 || called_to_complete(name) || called_as(name, words);
}

/* Links that an earlier version has made. What begins with a dot is being made. */
static void drop_strangers(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL) {
		char *path = in_folder(folder, entry->d_name), byte;

		if (*entry->d_name != '.' && !is_ours(entry->d_name) &&
			readlink(path, &byte, 1) >= 0)
			unlink(path);
		free(path);
	}
	if (dir)
		closedir(dir);
}

static bool put_links(const char *folder, const char *target, struct err *e)
{
	bool ok = put_link(folder, program, target, e) && put_link(folder, completer, target, e);

	for (size_t i = 0; ok && named[i]; i++)
		ok = put_link(folder, named[i], target, e);
	for (const struct world_command *c = world_commands; ok && c->name; c++)
		ok = !c->in_shell || put_link(folder, c->name, target, e);
	return ok;
}

bool shell_links(const struct places *places, struct err *e)
{
	char *folder, *target;
	bool ok;

	if (strchr(places->data, ':'))
		return err_set(e, ERR_IO,
			_("%s has a colon in its name, so it cannot be put on PATH; set XDG_DATA_HOME to another folder"),
			places->data);
	target = program_path();
	if (!target)
		return err_set(e, ERR_IO, _("it cannot be found out where this program lies: %s"),
			strerror(errno));
	folder = in_folder(places->data, "bin");
	ok = folder_make(folder, e) && put_links(folder, target, e);
	if (ok)
		drop_strangers(folder);
	free(folder);
	free(target);
	return ok;
}

/* ---- files that shells read ---- */

EMBED(shell, bashrc, "src/share/shell/bashrc");
EMBED(shell, shrc, "src/share/shell/shrc");
EMBED(shell, zshenv, "src/share/shell/zshenv");
EMBED(shell, zshrc, "src/share/shell/zshrc");
EMBED(shell, fish, "src/share/shell/config.fish");

static const struct shell_file {
	const char *name, *bytes, *end;
} shell_file_table[] = {
	{"bashrc", shell_bashrc, shell_bashrc_end},
	{"shrc", shell_shrc, shell_shrc_end},
	{"zsh/.zshenv", shell_zshenv, shell_zshenv_end},
	{"zsh/.zshrc", shell_zshrc, shell_zshrc_end},
	{"config.fish", shell_fish, shell_fish_end},
};

static bool put_file(const char *folder, const struct shell_file *f, struct err *e)
{
	char *path = in_folder(folder, f->name);
	size_t n = (size_t)(f->end - f->bytes);
	struct buf there = BUF_INIT;
	struct err unread = {0};
	bool ok = file_read(path, &there, true, &unread) && there.len == n &&
		  memcmp(there.s, f->bytes, n) == 0;

	ok = ok || file_replace(path, f->bytes, n, e);
	buf_release(&there);
	free(path);
	return ok;
}

bool shell_files(const struct places *places, struct err *e)
{
	char *folder = in_folder(places->data, "shell");
	bool ok = true;

	for (size_t i = 0; ok && i < ARRAY_LEN(shell_file_table); i++)
		ok = put_file(folder, &shell_file_table[i], e);
	free(folder);
	return ok;
}

/* ---- the environment ---- */

/* app_init sets LANGUAGE for gettext; the learner's other programs are not to see it. */
static char *language_before;

static const struct {
	const char *variable, *file;
} account_files[] = {{"AWS_CONFIG_FILE", "config"}, {"AWS_SHARED_CREDENTIALS_FILE", "credentials"}};

static bool had_account_files;

/* In our shell they keep other programs from a real account, and a world may have files of its own;
 * outside of it they name those of a real account, which we neither read nor write. */
static void take_file_away(const char *variable, const char *file)
{
	const char *folder = getenv("AMIDOJO_AWS"), *value = getenv(variable);
	char *ours = folder ? in_folder(folder, file) : NULL;
	bool real = value && !getenv("AMIDOJO_SHELL");

	if (real || (ours && value && strcmp(ours, value) == 0))
		unsetenv(variable);
	had_account_files = had_account_files || real;
	free(ours);
}

void shell_environment_begin(void)
{
	const char *language = getenv("LANGUAGE");

	free(language_before);
	language_before = language ? xstrdup(language) : NULL;
	for (size_t i = 0; i < ARRAY_LEN(account_files); i++)
		take_file_away(account_files[i].variable, account_files[i].file);
}

/* What only says how answers look and where one works may stay. bashrc, zshrc and config.fish have
 * the same list. */
static bool may_stay(const char *variable, size_t n)
{
	static const char *const harmless[] = {"AWS_PAGER", "AWS_REGION", "AWS_DEFAULT_REGION",
		"AWS_DEFAULT_OUTPUT", "AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE",
		"AWS_EC2_METADATA_DISABLED"};

	if (strncmp(variable, "AWS_", 4) != 0 || strncmp(variable, "AWS_CLI_", 8) == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(harmless); i++)
		if (strlen(harmless[i]) == n && strncmp(harmless[i], variable, n) == 0)
			return true;
	return false;
}

static bool take_account_away(void)
{
	bool any = false;
	char **v = environ;

	while (v && *v) {
		size_t n = strcspn(*v, "=");
		char *name = xstrndup(*v, n);

		if (may_stay(name, n)) {
			v++;
		} else {
			any = true;
			unsetenv(name); /* the rest moves down */
		}
		free(name);
	}
	return any;
}

void shell_language(void)
{
	if (language_before)
		setenv("LANGUAGE", language_before, 1);
	else
		unsetenv("LANGUAGE");
}

static void set_in(const char *variable, const char *folder, const char *name)
{
	char *path = in_folder(folder, name);

	setenv(variable, path, 1);
	free(path);
}

/* Our folder first, and once. */
static void set_path(const char *folder)
{
	const char *path = getenv("PATH"), *part = path && *path ? path : "/usr/bin:/bin";
	struct buf out = BUF_INIT;

	buf_adds(&out, folder);
	for (size_t n;; part += n + 1) {
		n = strcspn(part, ":");
		if (n != strlen(folder) || strncmp(part, folder, n) != 0)
			buf_addf(&out, ":%.*s", (int)n, part);
		if (!part[n])
			break;
	}
	setenv("PATH", out.s, 1);
	buf_release(&out);
}

void shell_account(const struct places *places)
{
	setenv("AMIDOJO_SHELL", "1", 1);
	setenv("AMIDOJO_AWS", places->aws, 1);
	for (size_t i = 0; i < ARRAY_LEN(account_files); i++)
		if (!getenv(account_files[i].variable))
			set_in(account_files[i].variable, places->aws, account_files[i].file);
	setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
}

bool shell_environment(const struct places *places)
{
	bool any = take_account_away() || had_account_files;

	set_in("AMIDOJO_BIN", places->data, "bin");
	set_path(getenv("AMIDOJO_BIN"));
	shell_account(places);
	return any;
}

/* ---- each family's way to read a file first ---- */

/* The shell reads what `variable` names; what it named before is for our file to read. */
static void name_in(const char *variable, const char *before, const char *path)
{
	const char *value = getenv(variable);

	if (!value || strcmp(value, path) != 0)
		setenv(before, value ? value : "", 1);
	setenv(variable, path, 1);
}

static size_t begin_bash(const char *file, const char *words[])
{
	if (getenv("BASH_ENV"))
		name_in("BASH_ENV", "AMIDOJO_BASH_ENV", file);
	words[1] = "--rcfile";
	words[2] = file;
	return 3;
}

static size_t begin_zsh(const char *file, const char *words[])
{
	(void)words;
	name_in("ZDOTDIR", "AMIDOJO_ZDOTDIR", file);
	return 1;
}

static size_t begin_fish(const char *file, const char *words[])
{
	(void)file;
	words[1] = "-C";
	words[2] = "source $AMIDOJO_RC";
	return 3;
}

static size_t begin_sh(const char *file, const char *words[])
{
	(void)words;
	name_in("ENV", "AMIDOJO_ENV", file);
	return 1;
}

static const struct family {
	const char *name, *file;
	size_t (*begin)(const char *file, const char *words[]);
} families[] = {
	{"bash", "shell/bashrc", begin_bash},
	{"zsh", "shell/zsh", begin_zsh},
	{"fish", "shell/config.fish", begin_fish},
	{"sh", "shell/shrc", begin_sh},
	{"dash", "shell/shrc", begin_sh},
	{"ash", "shell/shrc", begin_sh},
	{"ksh", "shell/shrc", begin_sh},
	{"ksh93", "shell/shrc", begin_sh},
	{"mksh", "shell/shrc", begin_sh},
	{"yash", "shell/shrc", begin_sh},
};

size_t shell_words(const struct places *places, const char *shell, const char *words[SHELL_WORDS])
{
	const char *name = last_part(shell);

	words[0] = shell;
	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		if (strcmp(families[i].name, name) != 0)
			continue;
		set_in("AMIDOJO_RC", places->data, families[i].file);
		return families[i].begin(getenv("AMIDOJO_RC"), words);
	}
	return 1;
}
