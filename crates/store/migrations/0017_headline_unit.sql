-- The unit of the result that a row names, as sent: a number without its unit says little.
alter table dossier add column headline_unit text not null default '';
