/*
 * migrate.c - runs the schema steps that a store needs, all or none.
 */
#include "store/migrate.h"

#include "base/intl.h"

static bool stamp(struct store *s, int version, struct err *e)
{
	char sql[120];

	snprintf(sql, sizeof sql, "PRAGMA main.application_id = %d; PRAGMA main.user_version = %d",
		(int)STORE_APPLICATION_ID, version);
	return db_exec(s, sql, e);
}

static const struct migration *step_from(const struct migration *steps, size_t n, int64_t version)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (steps[i].from == version)
			return &steps[i];
	return NULL;
}

static bool run_step(struct store *s, const struct migration *step, int64_t version, struct err *e)
{
	if (!step)
		return err_set(e, ERR_DATA,
			_("This program cannot bring %s on from version %lld. The file was left as "
			  "it was; use the amidojo that wrote it."),
			s->path, (long long)version);
	return (!step->sql || db_exec(s, step->sql, e)) && (!step->run || step->run(s, e));
}

static bool keys_hold(struct store *s, struct err *e)
{
	int64_t broken;

	if (!db_number(s, "SELECT count(*) FROM pragma_foreign_key_check", &broken, e))
		return false;
	return broken == 0 ||
	       err_set(e, ERR_DATA,
		       _("%s could not be updated: some of its rows refer to events that do not exist. "
			 "The file was left as it was; run `amidojo doctor`."),
		       s->path);
}

/* Inside the transaction: another process may have been faster, so the version is read again. */
static bool run_steps(
	struct store *s, const struct migration *steps, size_t n, int target, struct err *e)
{
	int64_t version;

	if (!db_number(s, "PRAGMA main.user_version", &version, e))
		return false;
	if (version == target)
		return true;
	for (; version < target; version++)
		if (!run_step(s, step_from(steps, n, version), version, e))
			return false;
	return stamp(s, target, e) && keys_hold(s, e);
}

bool migrate(struct store *s, const struct migration *steps, size_t n, int target, struct err *e)
{
	int64_t version;

	if (!db_number(s, "PRAGMA main.user_version", &version, e))
		return false;
	if (version == target)
		return true;
	if (version > 0 && s->backup_dir && !backup_into_dir(s, (int64_t)time(NULL), e))
		return false;
	if (!db_begin(s, e))
		return false;
	s->doing = DOING_OPEN;
	if (!db_end(s, run_steps(s, steps, n, target, e), e))
		return false;
	/* So that the first bytes of the file tell its version; not vital if someone reads now. */
	db_exec(s, "PRAGMA main.wal_checkpoint(TRUNCATE)", NULL);
	return true;
}
