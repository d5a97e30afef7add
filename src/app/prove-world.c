/* prove-world.c - the profiles of a start world, as files of the AWS CLI in memory; see
 * prove-world.h. */
#include "app/prove-world.h"

#include "base/intl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- the profiles of a world ---- */

/* Those of a world that names none. */
static const struct everyone {
	const char *name, *account;
} everyone[] = {
	{"default", "123456789012"},
	{"dev", "111122223333"},
	{"prod", "444455556666"},
};

struct profiles {
	struct buf config, credentials;
	const char *region;
};

/* An access key that is 12 digits belongs to that account. */
static void add_profile(struct profiles *f, const char *name, const char *account)
{
	bool is_default = strcmp(name, "default") == 0;

	buf_addf(&f->config, "[%s%s]\nregion = %s\noutput = json\n", is_default ? "" : "profile ",
		name, f->region);
	buf_addf(&f->credentials, "[%s]\naws_access_key_id = %s\naws_secret_access_key = x\n", name,
		account);
}

static bool has_default(const struct world *w)
{
	for (size_t i = 0; i < w->n_profiles; i++)
		if (strcmp(w->profiles[i].name.s, "default") == 0)
			return true;
	return false;
}

static void add_profiles(const struct world *w, struct profiles *f)
{
	for (size_t i = 0; !w->n_profiles && i < ARRAY_LEN(everyone); i++)
		add_profile(f, everyone[i].name, everyone[i].account);
	for (size_t i = 0; i < w->n_profiles; i++)
		add_profile(f, w->profiles[i].name.s, w->profiles[i].account.s);
	if (w->n_profiles && !has_default(w))
		add_profile(f, "default", w->profiles[0].account.s);
}

/* A file without a folder; `path` leads to it as long as it is open. */
static bool memory_file(const struct buf *text, int *fd, char path[static 32], struct err *e)
{
	*fd = memfd_create("amidojo", MFD_CLOEXEC);
	if (*fd < 0 || write(*fd, text->s, text->len) != (ssize_t)text->len)
		return err_set(
			e, ERR_IO, _("a file in memory cannot be made: %s"), strerror(errno));
	snprintf(path, 32, "/proc/self/fd/%d", *fd);
	return true;
}

void prove_world_profiles(const struct world *w, struct buf *config, struct buf *credentials)
{
	struct profiles f = {*config, *credentials, w->region.s ? w->region.s : "us-east-1"};

	add_profiles(w, &f);
	*config = f.config;
	*credentials = f.credentials;
}

bool prove_world_files(struct proving *p, struct err *e)
{
	struct profiles f = {BUF_INIT, BUF_INIT, NULL};
	bool ok;

	prove_world_profiles(p->world, &f.config, &f.credentials);
	ok = memory_file(&f.config, &p->config, p->config_path, e) &&
	     memory_file(&f.credentials, &p->credentials, p->credentials_path, e);
	buf_release(&f.config);
	buf_release(&f.credentials);
	return ok;
}

void prove_world_close(struct proving *p)
{
	if (p->config >= 0)
		close(p->config);
	if (p->credentials >= 0)
		close(p->credentials);
}
