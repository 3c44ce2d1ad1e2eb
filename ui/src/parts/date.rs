//! A date: typed in one of the usual ways, or chosen in a calendar (ARIA pattern of a date grid: arrows move by days and
//! weeks, page keys by months, Enter chooses, Escape closes).
//!
//! The browser's own `<input type=date>` is no way here: WebKitGTK draws no calendar for it, and its three parts cannot be
//! typed in one go.

use crate::parts::field::{Field, FieldProps};
use crate::parts::focus::focus_now;
use crate::parts::icon::{Icon, sign};
use crate::parts::live::live;
use crate::state::day::Day;
use crate::text::calendar as words;
use leptos::ev::{Event, KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Shorter than this, what is being typed may become another date: « 31/12/20 » on the way to 2026.
const WHOLE: usize = "31/12/2026".len();

/// What the field and its calendar share.
#[derive(Clone, Copy)]
struct State {
    id: StoredValue<String>,
    value: RwSignal<String>,
    /// Whether a date is being typed that may not be whole yet.
    typing: RwSignal<bool>,
    open: RwSignal<bool>,
    /// The day on which the keyboard is; its month is shown.
    at: RwSignal<Day>,
}

impl State {
    fn part(self, name: &str) -> String {
        self.id.with_value(|id| format!("{id}-{name}"))
    }

    fn focus_field(self) {
        let field = self.id.with_value(|id| format!("#{id}"));
        focus_now(&[&field]);
    }

    fn close(self) {
        self.focus_field();
        self.open.set(false);
    }

    /// Goes to another day. Where its month must be drawn first, the calendar has the focus meanwhile.
    fn go(self, to: Day) {
        let from = self.at.get_untracked();
        if (from.year, from.month) != (to.year, to.month) {
            focus_now(&[&format!("#{}", self.part("calendar"))]);
        }
        self.at.set(to);
        self.focus_day();
    }

    fn focus_day(self) {
        let day = format!("#{} [tabindex='0'][data-day]", self.part("calendar"));
        request_animation_frame(move || {
            focus_now(&[&day]);
        });
    }

    fn choose(self, day: Day) {
        self.typing.set(false);
        self.value.set(day.written());
        self.close();
    }

    fn keys(self, event: &KeyboardEvent) {
        let at = self.at.get_untracked();
        let on_a_day = event.target().and_then(|target| day_of(&target)).is_some();
        let week = i64::try_from(at.weekday()).unwrap_or(0);
        let to = match event.key().as_str() {
            "Escape" => {
                event.prevent_default();
                // The dialog around it stays.
                event.stop_propagation();
                return self.close();
            }
            "PageUp" => at.plus_months(-1),
            "PageDown" => at.plus_months(1),
            _ if !on_a_day => return,
            "ArrowLeft" => at.plus(-1),
            "ArrowRight" => at.plus(1),
            "ArrowUp" => at.plus(-7),
            "ArrowDown" => at.plus(7),
            "Home" => at.plus(-week),
            "End" => at.plus(6 - week),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        self.go(to);
    }
}

/// The day of a cell.
fn day_of(target: &web_sys::EventTarget) -> Option<Day> {
    let element = target.dyn_ref::<web_sys::Element>()?;
    Day::read(&element.closest("[data-day]").ok()??.get_attribute("data-day")?)
}

fn cell(state: State, day: Option<Day>, today: Day) -> AnyView {
    let Some(day) = day else { return view! { <td></td> }.into_any() };
    let is = move || state.at.get() == day;
    let chosen = move || (Day::read(&state.value.get()) == Some(day)).then_some("true");
    view! {
        <td role="gridcell" aria-selected=chosen>
            <button
                type="button"
                data-day=day.written()
                aria-label=words::whole(day)
                aria-current=(day == today).then_some("date")
                tabindex=move || if is() { "0" } else { "-1" }
            >
                {day.day}
            </button>
        </td>
    }
    .into_any()
}

fn calendar(state: State, label: &str, today: Day) -> AnyView {
    let month = Memo::new(move |_| state.at.with(|at| (at.year, at.month)));
    let weeks = move || {
        month.track();
        let at = state.at.get_untracked();
        let row = |week: [Option<Day>; 7]| {
            let cells = week.map(|day| cell(state, day, today)).into_iter().collect_view();
            view! { <tr>{cells}</tr> }.into_any()
        };
        at.month().into_iter().map(row).collect_view()
    };
    let heads = words::WEEKDAYS.map(|name| {
        let short: String = name.chars().take(2).collect();
        view! { <th scope="col" abbr=name>{short}</th> }.into_any()
    });
    let title = state.part("month");
    let labelled = title.clone();
    let step = move |by: i64| move |_: MouseEvent| state.at.set(state.at.get_untracked().plus_months(by));
    let click = move |event: MouseEvent| {
        if let Some(day) = event.target().and_then(|target| day_of(&target)) {
            state.choose(day);
        }
    };
    view! {
        <div
            id=state.part("calendar")
            class="calendar"
            role="group"
            tabindex="-1"
            aria-label=words::choose(label)
            on:keydown=move |event| state.keys(&event)
            on:click=click
        >
            <div class="calendar-head">
                <button type="button" class="button quiet square" data-test="month-before" aria-label=words::BEFORE on:click=step(-1)>"‹"</button>
                <span id=title aria-live="polite">{live(move || words::month(state.at.get()))}</span>
                <button type="button" class="button quiet square" data-test="month-after" aria-label=words::AFTER on:click=step(1)>"›"</button>
            </div>
            <table role="grid" aria-labelledby=labelled>
                <thead><tr>{heads.into_iter().collect_view()}</tr></thead>
                <tbody>{live(weeks)}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A field for a date, and the button that opens its calendar.
#[inline(never)]
pub fn date_field(
    (id, label, hint): (String, &'static str, &'static str),
    value: RwSignal<String>,
    fault: Signal<Option<String>>,
    today: Day,
) -> AnyView {
    let state = State {
        id: StoredValue::new(id.clone()),
        value,
        typing: RwSignal::new(false),
        open: RwSignal::new(false),
        at: RwSignal::new(today),
    };
    let turn = move |_: MouseEvent| {
        if state.open.get_untracked() {
            return state.close();
        }
        state.at.set(Day::read(&value.get_untracked()).unwrap_or(today));
        state.open.set(true);
        state.focus_day();
    };
    let button = view! {
        <button
            type="button"
            class="button quiet square"
            data-test="open-calendar"
            aria-label=words::choose(label)
            aria-expanded=move || if state.open.get() { "true" } else { "false" }
            on:click=turn
        >
            {sign(Icon::Calendar)}
        </button>
    };
    // What is being typed is not reproached before it is as long as a date, or left.
    let typing = state.typing;
    let typed = move |_: Event| typing.set(value.with_untracked(|text| text.trim().len() < WHOLE));
    let fault = Signal::derive(move || if typing.get() { None } else { fault.get() });
    // Left, what was typed stands in the one form in which dates are shown.
    let left = move |event: Event| {
        typing.set(false);
        // What stands in the field: one that is emptied by other means than keys says so here first.
        if let Some(day) = Day::read(&event_target_value(&event)) {
            value.set(day.written());
        }
    };
    let field = Field(FieldProps {
        id,
        label: label.to_owned(),
        value,
        hint: Some(hint.to_owned()),
        warning: Signal::default(),
        fault,
        autocomplete: "off",
        locked: Signal::default(),
        short: false,
        unit: None,
        after: Some(button.into_any()),
        first: false,
        explained: false,
    });
    let opened = move || state.open.get().then(|| calendar(state, label, today));
    view! { <div class="date" on:input=typed on:change=left>{field} {live(opened)}</div> }.into_any()
}
