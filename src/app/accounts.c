/* accounts.c - reading and checking a file of access keys; see accounts.h. */
#include "app/accounts.h"

#include "base/intl.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char digits[] = "0123456789";
static const char key_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

enum { KEY_MIN = 16, KEY_MAX = 128, SECRET_MIN = 16, SECRET_MAX = 256, ACCOUNT = 12 };

/* It holds secrets: nobody else may read or write it. */
static bool is_private(const char *path, struct err *e)
{
	struct buf name = BUF_INIT;
	struct stat st;

	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || !(st.st_mode & 077))
		return true; /* what cannot be read is told by reading it */
	text_printable(path, &name);
	err_set(e, ERR_DATA,
		_("%.300s holds secrets, and others on this machine can read or change it; make it yours alone: chmod 600 %.300s"),
		name.s, name.s);
	buf_release(&name);
	return false;
}

static bool printable(const char *s)
{
	while (*s > ' ' && *s < 0x7f)
		s++;
	return !*s;
}

static void check_key(struct diags *d, const struct access_key *k, struct map *seen)
{
	const struct access_key *first;
	size_t n;

	if (k->account.s &&
		(strlen(k->account.s) != ACCOUNT || strspn(k->account.s, digits) != ACCOUNT))
		diag_error(d, k->account.at,
			_("an account is 12 digits, in quotes: \"123456789012\""));
	if (k->secret.s && (n = strlen(k->secret.s),
				   n < SECRET_MIN || n > SECRET_MAX || !printable(k->secret.s)))
		diag_error(d, k->secret.at,
			_("a secret has %d to %d printable ASCII characters, and no blanks"),
			SECRET_MIN, SECRET_MAX);
	if (!k->key.s)
		return;
	n = strlen(k->key.s);
	if (n < KEY_MIN || n > KEY_MAX || strspn(k->key.s, key_letters) != n)
		diag_error(d, k->key.at,
			_("an access key id has %d to %d capital letters and digits: AKIA..."),
			KEY_MIN, KEY_MAX);
	first = map_add(seen, k->key.s, (void *)(uintptr_t)k);
	if (first != k)
		diag_error(d, k->key.at, _("this access key id stands already in line %u"),
			(unsigned)first->key.at.line);
}

static void check_all(struct diags *d, const struct access_keys *all)
{
	struct map seen = {0};

	for (size_t i = 0; i < all->n_items; i++)
		check_key(d, &all->items[i], &seen);
	map_release(&seen);
}

static void take(struct accounts *out, const struct access_keys *all)
{
	out->n = all->n_items;
	out->keys = xcalloc(out->n, sizeof *out->keys);
	for (size_t i = 0; i < out->n; i++) {
		const struct access_key *k = &all->items[i];

		out->keys[i] = (struct sim_key){.account = k->account.s,
			.key = k->key.s,
			.secret = k->secret.s,
			.name = k->name.s,
			.instructor = k->instructor.s && strcmp(k->instructor.s, "true") == 0};
	}
}

bool accounts_read(const char *path, struct accounts *out, struct err *e)
{
	struct access_keys all;

	*out = (struct accounts){0};
	if (!is_private(path, e) || !document_read(&out->file, path, &access_keys_shape, &all, e))
		return false;
	check_all(&out->file.diags, &all);
	if (!document_judge(&out->file, e)) {
		document_release(&out->file);
		return false;
	}
	take(out, &all);
	return true;
}

void accounts_release(struct accounts *a)
{
	free(a->keys);
	document_release(&a->file);
	*a = (struct accounts){0};
}
