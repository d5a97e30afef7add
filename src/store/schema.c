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

/*
 * Version 2: quizzes and mock exams. The log gets two kinds, and SQLite changes a CHECK only with
 * its whole table. Papers, answers and endings are append-only like the log.
 */
#define APPEND_ONLY(table)                                                                         \
	"CREATE TRIGGER " table "_is_never_updated BEFORE UPDATE ON " table                        \
	" BEGIN SELECT RAISE(ABORT, 'exams are append-only'); END;"                                \
	"CREATE TRIGGER " table "_is_never_deleted BEFORE DELETE ON " table                        \
	" BEGIN SELECT RAISE(ABORT, 'exams are append-only'); END;"
#define MARK                                                                                       \
	" wall_ms INTEGER NOT NULL, boot_ms INTEGER NOT NULL, boot INTEGER NOT NULL,"              \
	" elapsed_ms INTEGER NOT NULL"

static const char version_2[] =
	"CREATE TABLE event_2 ("
	" id INTEGER PRIMARY KEY,"
	" at_ms INTEGER NOT NULL,"
	" offset_min INTEGER NOT NULL,"
	" day INTEGER NOT NULL,"
	" kind TEXT NOT NULL CHECK (kind IN ('learn', 'review', 'practice', 'quiz', 'same',"
	" 'changed', 'read', 'exam', 'undo', 'redo')),"
	" item TEXT NOT NULL CHECK (item <> ''),"
	" hash INTEGER NOT NULL,"
	" answer TEXT,"
	" correct INTEGER CHECK (correct IN (0, 1)),"
	" taken_ms INTEGER NOT NULL,"
	" expected INTEGER NOT NULL,"
	" ladder TEXT"
	"  CHECK ((ladder IS NOT NULL) = (kind IN ('learn', 'review', 'quiz', 'changed'))),"
	" target INTEGER REFERENCES event_2 (id)"
	"  CHECK ((target IS NOT NULL) = (kind IN ('undo', 'redo')))"
	") STRICT;"
	"INSERT INTO event_2 SELECT * FROM event ORDER BY id;"
	/* dropping deletes row by row, and asks for each who refers to it */
	"CREATE INDEX event_target ON event (target) WHERE target IS NOT NULL;"
	"DROP TABLE event;"
	"ALTER TABLE event_2 RENAME TO event;"
	"CREATE INDEX event_of_item ON event (item, id);"
	"CREATE TRIGGER event_is_never_updated BEFORE UPDATE ON event"
	" BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"
	"CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event"
	" BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"

	"CREATE TABLE exam_text ("
	" hash INTEGER PRIMARY KEY,"
	" body TEXT NOT NULL"
	") STRICT;"
	"CREATE TABLE exam_attempt ("
	" id INTEGER PRIMARY KEY,"
	" exam TEXT NOT NULL,"
	" seed INTEGER NOT NULL,"
	" class INTEGER NOT NULL,"
	" minutes INTEGER NOT NULL CHECK (minutes > 0),"
	" questions INTEGER NOT NULL CHECK (questions > 0),"
	" terms TEXT NOT NULL,"
	" at_ms INTEGER NOT NULL,"
	" offset_min INTEGER NOT NULL,"
	" day INTEGER NOT NULL," MARK ") STRICT;"
	"CREATE TABLE exam_place ("
	" attempt INTEGER NOT NULL REFERENCES exam_attempt (id),"
	" number INTEGER NOT NULL CHECK (number > 0),"
	" item TEXT NOT NULL,"
	" text INTEGER NOT NULL REFERENCES exam_text (hash),"
	" domain INTEGER NOT NULL,"
	" scored INTEGER NOT NULL CHECK (scored IN (0, 1)),"
	" key TEXT NOT NULL CHECK (key <> ''),"
	" options TEXT NOT NULL,"
	" PRIMARY KEY (attempt, number)"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX exam_place_item ON exam_place (item);"
	"CREATE TABLE exam_entry ("
	" id INTEGER PRIMARY KEY,"
	" attempt INTEGER NOT NULL REFERENCES exam_attempt (id),"
	" number INTEGER NOT NULL,"
	" kind TEXT NOT NULL CHECK (kind IN ('answer', 'flag', 'sure', 'look', 'resume')),"
	" value TEXT NOT NULL,"
	" correct INTEGER CHECK ((correct IS NOT NULL) = (kind = 'answer')),"
	" taken_ms INTEGER NOT NULL," MARK ") STRICT;"
	"CREATE INDEX exam_entry_of_attempt ON exam_entry (attempt, id);"
	"CREATE TABLE exam_ending ("
	" attempt INTEGER PRIMARY KEY REFERENCES exam_attempt (id),"
	" how TEXT NOT NULL CHECK (how IN ('submitted', 'timed-out', 'abandoned'))," MARK
	") STRICT;" APPEND_ONLY("exam_text") APPEND_ONLY("exam_attempt") APPEND_ONLY("exam_place")
		APPEND_ONLY("exam_entry") APPEND_ONLY("exam_ending");

/*
 * Version 3: labs. Each thing is there once; expressions stand in the index because NULLs would all
 * be different.
 */
static const char version_3[] =
	"CREATE TABLE lab_entry ("
	" id INTEGER PRIMARY KEY,"
	" lab TEXT NOT NULL CHECK (lab <> ''),"
	" attempt INTEGER NOT NULL CHECK (attempt > 0),"
	" what TEXT NOT NULL CHECK (what IN ('begun', 'hint', 'solution', 'passed', 'done')),"
	" task TEXT CHECK (task <> ''"
	"  AND (task IS NOT NULL) = (what IN ('hint', 'solution', 'passed'))),"
	" number INTEGER NOT NULL CHECK (CASE what WHEN 'hint' THEN number > 0"
	"  WHEN 'done' THEN number >= 0 ELSE number = 0 END),"
	" at_ms INTEGER NOT NULL,"
	" offset_min INTEGER NOT NULL,"
	" day INTEGER NOT NULL"
	") STRICT;"
	"CREATE UNIQUE INDEX lab_entry_once ON lab_entry (lab, attempt, what, coalesce(task, ''),"
	" CASE what WHEN 'hint' THEN number ELSE 0 END);"
	"CREATE TRIGGER lab_entry_is_never_updated BEFORE UPDATE ON lab_entry"
	" BEGIN SELECT RAISE(ABORT, 'labs are append-only'); END;"
	"CREATE TRIGGER lab_entry_is_never_deleted BEFORE DELETE ON lab_entry"
	" BEGIN SELECT RAISE(ABORT, 'labs are append-only'); END;";

const struct migration store_migrations[STORE_VERSION] = {
	{.from = 0, .sql = version_1},
	{.from = 1, .sql = version_2},
	{.from = 2, .sql = version_3},
};

const char *const derived_tables[] = {"card", "day", "rung", "reading", "undone", NULL};
