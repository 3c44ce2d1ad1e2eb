//! Which lines stand on which page: no line is cut, a title stays with what it names, the head of a table stands on each
//! of its pages. The web views of Linux and macOS repeat no head by themselves, so that pages are made here.

use super::lines::Line;

/// The pages, each the places of its lines; a head that is repeated stands in several.
pub fn pages(lines: &[Line], heights: &[f64], room: f64) -> Vec<Vec<usize>> {
    let height = |at: usize| heights.get(at).copied().unwrap_or_default();
    let mut pages: Vec<Vec<usize>> = Vec::new();
    let (mut page, mut used) = (Vec::new(), 0.0);
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        // What must stay together: this line, and as many as each draws after it.
        let end = at + lines.iter().skip(at).take_while(|line| line.with_next).count() + 1;
        let together = at..end.min(lines.len());
        let needed: f64 = together.clone().map(height).sum();
        if !page.is_empty() && used + needed > room {
            pages.push(std::mem::take(&mut page));
            used = 0.0;
        }
        if page.is_empty()
            && let Some(head) = line.head
        {
            used += height(head);
            page.push(head);
        }
        page.extend(together.clone());
        used += needed;
        at = together.end;
    }
    if !page.is_empty() {
        pages.push(page);
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(with_next: bool, head: Option<usize>) -> Line {
        Line { look: "prose", cells: Vec::new(), with_next, head }
    }

    #[test]
    fn a_page_holds_what_it_has_room_for_and_nothing_is_lost() {
        let lines = vec![line(false, None); 5];
        assert_eq!(pages(&lines, &[10.0; 5], 20.0), [vec![0, 1], vec![2, 3], vec![4]]);
        assert_eq!(pages(&lines, &[10.0; 5], 100.0), [vec![0, 1, 2, 3, 4]]);
        assert!(pages(&[], &[], 100.0).is_empty());
    }

    #[test]
    fn a_title_stays_with_what_it_names() {
        let lines = [line(false, None), line(true, None), line(true, None), line(false, None)];
        assert_eq!(pages(&lines, &[10.0; 4], 30.0), [vec![0], vec![1, 2, 3]]);
        // One that names nothing is not lost.
        assert_eq!(pages(&[line(true, None)], &[10.0], 30.0), [vec![0]]);
    }

    #[test]
    fn the_head_of_a_table_stands_on_each_of_its_pages() {
        let mut lines = vec![line(true, None)];
        lines.extend(vec![line(false, Some(0)); 5]);
        assert_eq!(pages(&lines, &[10.0; 6], 30.0), [vec![0, 1, 2], vec![0, 3, 4], vec![0, 5]]);
    }

    #[test]
    fn what_is_larger_than_a_page_has_one_of_its_own() {
        let lines = vec![line(false, None); 3];
        assert_eq!(pages(&lines, &[10.0, 500.0, 10.0], 30.0), [vec![0], vec![1], vec![2]]);
    }
}
