/*
 * model.h - what authors write, as C structs: notes, banks, labs, worlds, exams, topics, facts.
 *
 * Everything lives as long as the library that loaded it and is never changed. Strings are valid
 * UTF-8. A pointer and the count after it (`cues`, `n_cues`) are one list; both are zero when the
 * key is absent. `at` is where the thing begins in its file.
 */
#ifndef CONTENT_MODEL_H
#define CONTENT_MODEL_H

#include "base/day.h"
#include "content/diag.h"
#include "content/tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lang { LANG_EN, LANG_KO, LANGS };

extern const char *const lang_code[LANGS]; /* "en", "ko" */

/* What a learner reads. At least one language is there. */
struct text {
	const char *in[LANGS]; /* NULL: not written in this language */
	struct place at;
	const struct node *node[LANGS];
};

/* The text in the language, or in the other one where it is missing. */
const char *text_in(const struct text *t, enum lang lang);

/* A plain scalar with its place: ids, URLs, commands. */
struct word {
	const char *s; /* NULL: absent */
	struct place at;
};

struct number {
	int32_t value;
	struct place at;
};

struct source {
	struct place at;
	struct word url;
	day_t read;
};

/* One exam a thing serves, and the domains of its guide. */
struct exam_ref {
	struct word exam;
	struct number *domains;
	size_t n_domains;
};

struct assignment {
	struct word name, path; /* a variable, and the JMESPath that fills it */
};

/* One command of a proof, a check or a world's set-up. */
struct step {
	struct place at;
	struct word run;
	const struct node *expect; /* any value; NULL: absent */
	struct word fault;
	struct assignment *set;
	size_t n_set;
	struct text means; /* of a lab's check: what is so when it holds, for the learner */
};

struct proof {
	struct place at;
	struct word id; /* in notes; a question's proof has none */
	struct word world;
	struct step *steps;
	size_t n_steps;
};

struct note;

struct cue {
	struct place at;
	struct word id;
	struct text ask, answer;
	struct word proof;
	const char *item;        /* "note/cue": the identity of the card */
	const struct note *note; /* the note it stands in */
	size_t order;            /* place in the course */
};

struct erratum {
	struct place at;
	struct text says, is;
	struct word source;
};

struct topic;

struct note {
	struct place at;
	struct word id, topic;
	struct text title, body, summary;
	struct exam_ref *exams;
	size_t n_exams;
	struct word *facts;
	size_t n_facts;
	struct source *sources;
	size_t n_sources;
	struct cue *cues;
	size_t n_cues;
	struct erratum *errata;
	size_t n_errata;
	struct proof *proofs;
	size_t n_proofs;
	const struct topic *in_topic; /* set when the library is linked; never NULL then */
};

enum { OPTIONS_MAX = 8 }; /* of a question; they are picked by the digits 1 to 8 */

struct option {
	struct place at;
	struct text right, wrong, why; /* one of right and wrong */
};

struct bank;

struct question {
	struct place at;
	struct word id, level, note, lab;
	struct exam_ref *exams;
	size_t n_exams;
	struct word *facts;
	size_t n_facts;
	struct text ask;
	struct option *options;
	size_t n_options;
	struct source *sources;
	size_t n_sources;
	struct proof *proof; /* at most one */
	size_t n_proof;
	/* set when the library is linked */
	const struct bank *bank;    /* the bank it stands in */
	const struct note *in_note; /* of `note`; NULL: none, or it is not there */
	size_t order;               /* place among all questions */
};

struct bank {
	struct place at;
	struct word id;
	struct text title;
	struct question *questions;
	size_t n_questions;
};

struct task {
	struct place at;
	struct word id;
	struct text act; /* key `do` */
	struct text *hints;
	size_t n_hints;
	struct step *check;
	size_t n_check;
	struct word *solution; /* lines: "aws ...", "clock advance 15m", "NAME=$(aws ...)" */
	size_t n_solution;
	struct text why; /* shown when the task is done */
};

/* A value that differs from learner to learner: one of them each. */
struct variation {
	struct word name;
	struct word *values;
	size_t n_values;
};

struct lab {
	struct place at;
	struct word id, world;
	struct text title, about;
	struct variation *vary;
	size_t n_vary;
	struct step *setup; /* after the world's own */
	size_t n_setup;
	struct exam_ref *exams;
	size_t n_exams;
	struct number minutes;
	struct word *notes;
	size_t n_notes;
	struct task *tasks;
	size_t n_tasks;
};

struct profile {
	struct word name, account;
};

struct world {
	struct place at;
	struct word id, region;
	struct profile *profiles;
	size_t n_profiles;
	struct step *setup;
	size_t n_setup;
};

struct domain {
	struct place at;
	struct number id, weight;
	struct text title;
};

/* A name that the exam had before, or that ended: what to tell who still uses it. */
struct exam_alias {
	struct place at;
	struct word id;
	day_t ended;
	struct text text;
};

struct exam {
	struct place at;
	struct word id;
	struct text title;
	struct number minutes, accommodation_minutes, scored, unscored, pass;
	struct number *scale;
	size_t n_scale;
	struct word *types;
	size_t n_types;
	struct domain *domains;
	size_t n_domains;
	struct source *guide; /* exactly one */
	size_t n_guide;
	struct exam_alias *aliases;
	size_t n_aliases;
};

/* The order in which a course is learnt: topics.yaml. */
struct topic {
	struct place at;
	struct word id;
	struct text title;
	struct word ladder; /* "1,4,7,14/60,180"; absent: the learner's own */
	struct word *notes; /* in learning order; others of the topic follow by id */
	size_t n_notes;
};

struct topics {
	struct place at;
	struct topic *items;
	size_t n_items;
};

/* Where a fact comes from; the notes say it in their own words. */
struct fact {
	struct place at;
	struct word id, about;
	struct word *sources;
	size_t n_sources;
};

struct facts {
	struct place at;
	day_t read;
	struct fact *items;
	size_t n_items;
};

/* Why a command failed, by the code of its error: faults.yaml. The first entry that fits counts. */
struct fault_entry {
	struct place at;
	struct word code; /* as AWS names it; "Usage" and the like for what the AWS CLI itself
			     refuses */
	struct word when; /* a part of the error's text; absent: any */
	struct text why, fix;
	struct word note;
	struct word *facts;
	size_t n_facts;
};

struct faults {
	struct place at;
	struct fault_entry *items;
	size_t n_items;
};

/* What a unit of something costs: prices.yaml. */
struct price {
	struct place at;
	struct word id;        /* of what the simulator counts: "snapshot", "volume-gp3",
				  "instance-t3.micro" */
	struct word unit, usd; /* decimal text: "0.05" */
	struct text about;
	struct word source;
};

struct prices {
	struct place at;
	struct word region; /* where these are the prices */
	day_t read;
	struct price *items;
	size_t n_items;
};

/* Who may call an endpoint: `amidojo serve --accounts FILE`. */
struct access_key {
	struct place at;
	struct word account, name, key, secret;
	struct word instructor; /* "true", "false"; absent: false */
};

struct access_keys {
	struct place at;
	struct access_key *items;
	size_t n_items;
};

/* Public images beyond the shipped ones: `amidojo serve --catalogue FILE`. */
struct image_mapping {
	struct place at;
	struct word device;
	struct word disk; /* "ephemeral0": of the instance's own; then nothing else */
	struct word snapshot, type, encrypted, delete_on_termination;
	struct number size; /* GiB */
};

struct catalogue_image {
	struct place at;
	struct word id, name, owner, alias, description, created, architecture, platform;
	struct word *regions; /* none or "all": every one */
	size_t n_regions;
	struct word root_device, root_type, virtualization, boot_mode;
	struct word ena, imds, is_public;
	struct image_mapping *mappings;
	size_t n_mappings;
};

struct catalogue_images {
	struct place at;
	struct catalogue_image *items;
	size_t n_items;
};

#endif
