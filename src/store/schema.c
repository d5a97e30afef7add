/*
 * schema.c - the tables, as the steps that lead from each version of the store to the next.
 *
 * A step that was published is never edited: a change is a new step.
 */
#include "store/migrate.h"

/* Text keys without a rowid, numbers with one. `hash` is the unsigned hash's bits as a signed
 * number. */
static const char version_1[] =
	"CREATE TABLE event ("
	" id INTEGER PRIMARY KEY,"
	" at_ms INTEGER NOT NULL,"
	" offset_min INTEGER NOT NULL,"
	" day INTEGER NOT NULL,"
	" kind TEXT NOT NULL CHECK (kind IN ('learn', 'review', 'practice', 'same', 'changed',"
	" 'read', 'undo', 'redo')),"
	" item TEXT NOT NULL CHECK (item <> ''),"
	" hash INTEGER NOT NULL,"
	" answer TEXT,"
	" correct INTEGER CHECK (correct IN (0, 1)),"
	" taken_ms INTEGER NOT NULL,"
	" expected INTEGER NOT NULL,"
	" ladder TEXT CHECK ((ladder IS NOT NULL) = (kind IN ('learn', 'review', 'changed'))),"
	" target INTEGER REFERENCES event (id)"
	"  CHECK ((target IS NOT NULL) = (kind IN ('undo', 'redo')))"
	") STRICT;"
	"CREATE INDEX event_of_item ON event (item, id);"
	"CREATE TRIGGER event_is_never_updated BEFORE UPDATE ON event"
	" BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"
	"CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event"
	" BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"

	"CREATE TABLE card ("
	" item TEXT PRIMARY KEY,"
	" ladder TEXT,"
	" d0 INTEGER,"
	" credited INTEGER NOT NULL,"
	" mistake INTEGER NOT NULL,"
	" fails INTEGER NOT NULL,"
	" last_day INTEGER,"
	" due INTEGER,"
	" stage INTEGER NOT NULL,"
	" hash INTEGER NOT NULL,"
	" version INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX card_due ON card (due, item) WHERE due IS NOT NULL;"
	"CREATE INDEX card_mistake ON card (item) WHERE mistake = 1;"
	"CREATE INDEX card_longterm ON card (item) WHERE stage = 2;"

	"CREATE TABLE day ("
	" day INTEGER PRIMARY KEY,"
	" learned INTEGER NOT NULL,"
	" passed INTEGER NOT NULL,"
	" failed INTEGER NOT NULL,"
	" practised INTEGER NOT NULL,"
	" read INTEGER NOT NULL,"
	" taken_ms INTEGER NOT NULL"
	") STRICT;"
	"CREATE TABLE rung ("
	" offset INTEGER PRIMARY KEY,"
	" passed INTEGER NOT NULL,"
	" failed INTEGER NOT NULL"
	") STRICT;"
	"CREATE TABLE reading ("
	" note TEXT PRIMARY KEY,"
	" first INTEGER NOT NULL,"
	" last INTEGER NOT NULL,"
	" times INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE undone ("
	" event INTEGER PRIMARY KEY,"
	" undo INTEGER NOT NULL UNIQUE"
	") STRICT;";

const struct migration store_migrations[STORE_VERSION] = {
	{.from = 0, .sql = version_1},
};

const char *const derived_tables[] = {"card", "day", "rung", "reading", "undone", NULL};
