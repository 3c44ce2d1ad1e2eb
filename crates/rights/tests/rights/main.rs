//! The rights, from outside: a table of cases, an exhaustive small practice, random practices against a naive model.

mod exhaustive;
mod losses;
mod naive;
mod random;
mod small_world;
mod speed;
mod table;
