//! Paramètre › Application › Seuils critiques: the practice's own critical thresholds, as proposed or as it changed them.

use crate::backend::call;
use crate::parts::chip::{Chip, Tint};
use crate::parts::live::{each, live};
use crate::state::app::App;
use crate::text::thresholds as words;
use crate::text::{common, field};
use bannette_api::Failure;
use bannette_api::failure::Field;
use bannette_api::thresholds::{ListThresholds, SetThreshold, ThresholdRow, ThresholdSetting};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the page knows.
#[derive(Clone, Copy)]
struct State {
    app: App,
    /// The rows as they are kept; none before the first answer.
    rows: RwSignal<Option<Vec<ThresholdRow>>>,
    administrator: Signal<bool>,
}

impl State {
    async fn load(self) {
        match call(ListThresholds {}).await {
            Ok(rows) => drop(self.rows.try_set(Some(rows))),
            Err(failure) => self.app.complain(&failure),
        }
    }
}

/// What is typed in a row.
#[derive(Clone, Copy)]
struct Typed {
    low: RwSignal<String>,
    high: RwSignal<String>,
    on: RwSignal<bool>,
    fault: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl Typed {
    fn of(row: &ThresholdRow) -> Self {
        Self {
            low: RwSignal::new(words::limit(row.setting.low.as_ref())),
            high: RwSignal::new(words::limit(row.setting.high.as_ref())),
            on: RwSignal::new(row.setting.on),
            fault: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Shows what is kept.
    fn take(self, setting: &ThresholdSetting) {
        self.low.set(words::limit(setting.low.as_ref()));
        self.high.set(words::limit(setting.high.as_ref()));
        self.on.set(setting.on);
        self.fault.set(None);
    }

    fn setting(self) -> ThresholdSetting {
        let limit = |typed: RwSignal<String>| Some(typed.get()).filter(|text| !text.trim().is_empty());
        ThresholdSetting { on: self.on.get(), low: limit(self.low), high: limit(self.high) }
    }

    /// Whether it is something else than what is kept.
    fn differs(self, row: &ThresholdRow) -> bool {
        self.on.get() != row.setting.on
            || self.low.get().trim() != words::limit(row.setting.low.as_ref())
            || self.high.get().trim() != words::limit(row.setting.high.as_ref())
    }

    fn save(self, state: State, row: String, setting: Option<ThresholdSetting>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            match call(SetThreshold { row: row.clone(), setting }).await {
                Ok(rows) => {
                    if let Some(kept) = rows.iter().find(|one| one.row == row) {
                        self.take(&kept.setting);
                    }
                    state.rows.try_set(Some(rows));
                    state.app.say(words::SAVED);
                }
                Err(Failure::Invalid { field: Field::Threshold, why }) => {
                    self.fault.try_set(Some(field::why(Field::Threshold, why)));
                }
                Err(failure) => state.app.complain(&failure),
            }
            self.busy.try_set(false);
        });
    }
}

/// The field of a limit.
fn limit(row: &ThresholdRow, what: &'static str, value: RwSignal<String>, typed: Typed, state: State) -> AnyView {
    let fault_id = format!("threshold-{}-fault", row.row);
    let name = words::of(what, row);
    let id = row.row.clone();
    // Enter keeps the row, as in a form.
    let entered = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" {
            typed.save(state, id.clone(), Some(typed.setting()));
        }
    };
    view! {
        <input
            class="short"
            type="text"
            inputmode="decimal"
            autocomplete="off"
            spellcheck="false"
            aria-label=name
            aria-invalid=move || typed.fault.with(Option::is_some).then_some("true")
            aria-describedby=move || typed.fault.with(Option::is_some).then(|| fault_id.clone())
            disabled=move || !state.administrator.get()
            on:input=move |_| typed.fault.set(None)
            on:keydown=entered
            bind:value=value
        />
    }
    .into_any()
}

/// What can be done with a row: to keep what was typed, to take the proposal again.
fn acts(row: &ThresholdRow, typed: Typed, state: State) -> AnyView {
    let (kept, again) = (row.clone(), row.row.clone());
    let save_name = words::of(words::SAVE, row);
    let save = move || {
        let (id, name) = (kept.row.clone(), save_name.clone());
        typed.differs(&kept).then(|| {
            view! {
                <button
                    type="button"
                    class="button quiet"
                    data-test="save-threshold"
                    aria-label=name
                    on:click=move |_| typed.save(state, id.clone(), Some(typed.setting()))
                >
                    {words::SAVE}
                </button>
            }
        })
    };
    let back = row.is_changed().then(|| {
        let name = words::of(words::BACK, row);
        view! {
            <button
                type="button"
                class="button quiet"
                data-test="threshold-proposal"
                aria-label=name
                on:click=move |_| typed.save(state, again.clone(), None)
            >
                {words::BACK}
            </button>
        }
    });
    view! { {live(save)} " " {back} }.into_any()
}

/// A threshold in the table. What is typed stays while the rows around it change.
fn line(state: State, id: String) -> AnyView {
    let found =
        move || state.rows.with(|all| all.as_ref().and_then(|all| all.iter().find(|row| row.row == id).cloned()));
    let saved = Memo::new(move |_| found());
    let Some(row) = saved.get_untracked() else { return ().into_any() };
    let typed = Typed::of(&row);
    let [_, _, below, above, used, _] = words::COLUMNS;
    let (low, high) = (limit(&row, below, typed.low, typed, state), limit(&row, above, typed.high, typed, state));
    let fault_id = format!("threshold-{}-fault", row.row);
    let fault = move || {
        let id = fault_id.clone();
        typed.fault.get().map(|why| view! { <p class="fault" id=id role="alert">{why}</p> })
    };
    let changed = move || {
        let row = saved.get().filter(ThresholdRow::is_changed)?;
        Some(view! { " " <Chip tint=Tint::Info>{words::CHANGED}</Chip> <small>{words::proposed(&row)}</small> })
    };
    let printed = move || saved.get().and_then(|row| words::printed(&row)).map(|said| view! { <small>{said}</small> });
    let buttons = move || {
        let row = saved.get().filter(|_| state.administrator.get())?;
        Some(acts(&row, typed, state))
    };
    let box_name = words::of(used, &row);
    view! {
        <tr data-test="threshold-row" data-name=row.row.clone() class:changed=move || saved.get().is_some_and(|row| row.is_changed())>
            <th scope="row">{words::name(&row)} {live(changed)}</th>
            <td>{row.unit.clone()}</td>
            <td>{low} {live(fault)}</td>
            <td>{high} {live(printed)}</td>
            <td>
                <input
                    type="checkbox"
                    aria-label=box_name
                    disabled=move || !state.administrator.get()
                    bind:checked=typed.on
                />
            </td>
            <td class="act">{live(buttons)}</td>
        </tr>
    }
    .into_any()
}

/// The tab.
pub fn thresholds(administrator: Signal<bool>) -> AnyView {
    let state = State { app: App::get(), rows: RwSignal::new(None), administrator };
    spawn_local(state.load());
    let known = Memo::new(move |_| state.rows.with(Option::is_some));
    let ids = move || state.rows.with(|all| all.iter().flatten().map(|row| row.row.clone()).collect::<Vec<_>>());
    let [analyte, unit, below, above, used, actions] = words::COLUMNS;
    view! {
        <section class="block" aria-labelledby="thresholds-title">
            <h2 id="thresholds-title">{words::TAB}</h2>
            <p>{words::MEANING}</p>
            <p class="hint">{words::PROPOSALS}</p>
            {live(move || (!administrator.get()).then(|| view! { <p class="hint">{words::ONLY_READ}</p> }))}
            {live(move || (!known.get()).then(|| view! { <p class="hint">{common::LOADING}</p> }))}
            <table class="plain thresholds">
                <thead>
                    <tr>
                        <th scope="col">{analyte}</th>
                        <th scope="col">{unit}</th>
                        <th scope="col">{below}</th>
                        <th scope="col">{above}</th>
                        <th scope="col">{used}</th>
                        <th scope="col"><span class="unseen">{actions}</span></th>
                    </tr>
                </thead>
                <tbody>{each(ids, Clone::clone, move |id| line(state, id))}</tbody>
            </table>
        </section>
    }
    .into_any()
}
