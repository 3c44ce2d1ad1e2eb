-- The search: words of names, by which a dossier is found with a typing error in what was typed, and by which edition of the
-- index each dossier can be found.

-- Words of the patient's and the sender's names, letters only, folded. A word stands here as long as a dossier has it: whether
-- somebody may be given it is asked of the dossiers that have it.
create table name_word (
    word    text    not null,
    dossier integer not null references dossier(key),
    primary key (word, dossier)
) strict, without rowid;

create index name_word_dossier on name_word(dossier);

-- 0: its words were written before this; they are made anew in the background, the newest first.
alter table dossier add column indexed integer not null default 0;

create index dossier_unindexed on dossier(key) where indexed = 0;

-- What the search gives first.
create index dossier_critical on dossier(key) where urgency = 0;
