//! The table of calls: every door into the core, on one page.
//!
//! From this one table come the [`Call`] implementations that the screens use, the shell's handlers, the list of
//! permissions of the web view, the core's dispatcher and the list that the coverage test of the rights walks.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A call: what it takes is `Self`, what it gives is [`Call::Reply`].
pub trait Call: Serialize + DeserializeOwned + Send + 'static {
    /// What the call gives.
    type Reply: Serialize + DeserializeOwned + Send + 'static;
    /// The call's name, the same on both sides.
    const NAME: &'static str;
}

/// Hands the table to another macro: `bannette_api::calls! { my_macro }` expands to
/// `my_macro! { situation(GetSituation) -> Situation; … }`, with full paths.
#[macro_export]
macro_rules! calls {
    ($then:path) => {
        $then! {
            get_situation($crate::session::GetSituation) -> $crate::session::Situation;
            create_practice($crate::session::CreatePractice) -> $crate::people::Me;
            sign_in($crate::session::SignIn) -> $crate::people::Me;
            sign_out($crate::session::SignOut) -> ();
            lock_window($crate::session::LockWindow) -> ();
            unlock_window($crate::session::UnlockWindow) -> $crate::people::Me;
            change_password($crate::session::ChangePassword) -> $crate::people::Me;
            set_idle_lock($crate::session::SetIdleLock) -> $crate::people::Me;
            still_here($crate::session::StillHere) -> ();

            list_people($crate::people::ListPeople) -> Vec<$crate::people::Person>;
            add_person($crate::people::AddPerson) -> $crate::people::Person;
            change_person($crate::people::ChangePerson) -> $crate::people::Person;
            suspend_person($crate::people::SuspendPerson) -> $crate::people::Person;
            resume_person($crate::people::ResumePerson) -> $crate::people::Person;
            reset_password($crate::people::ResetPassword) -> $crate::people::Person;
            preview_departure($crate::departure::PreviewDeparture) -> $crate::departure::Departure;
            depart_person($crate::departure::DepartPerson) -> $crate::people::Person;
            list_groups($crate::people::ListGroups) -> Vec<$crate::people::Group>;
            add_group($crate::people::AddGroup) -> $crate::people::Group;
            join_group($crate::people::JoinGroup) -> $crate::people::Group;
            leave_group($crate::people::LeaveGroup) -> $crate::people::Group;
            remove_group($crate::people::RemoveGroup) -> ();
            set_group($crate::groups::SetGroup) -> $crate::people::Group;
            rename_group($crate::groups::RenameGroup) -> $crate::people::Group;
            preview_group_removal($crate::groups::PreviewGroupRemoval) -> $crate::groups::GroupLosses;

            list_mailboxes($crate::mailboxes::ListMailboxes) -> Vec<$crate::mailboxes::MailboxSummary>;
            list_mailbox_settings($crate::mailboxes::ListMailboxSettings) -> Vec<$crate::mailboxes::MailboxSettings>;
            add_mailbox($crate::mailboxes::AddMailbox) -> $crate::mailboxes::MailboxSettings;
            change_mailbox($crate::mailboxes::ChangeMailbox) -> $crate::mailboxes::MailboxSettings;
            fetch_now($crate::mailboxes::FetchNow) -> ();
            test_connection($crate::connection::TestConnection) -> $crate::connection::ConnectionReport;
            get_pro_sante($crate::pro_sante::GetProSante) -> $crate::pro_sante::ProSanteState;
            begin_pro_sante($crate::pro_sante::BeginProSante) -> $crate::pro_sante::ProSanteState;
            end_pro_sante($crate::pro_sante::EndProSante) -> $crate::pro_sante::ProSanteState;

            preview_server_deletion($crate::keeping::PreviewServerDeletion) -> $crate::keeping::ServerDeletion;
            preview_purge($crate::keeping::PreviewPurge) -> $crate::keeping::PurgePreview;
            purge_mailbox($crate::keeping::PurgeMailbox) -> $crate::keeping::Purged;
            preview_removal($crate::keeping::PreviewRemoval) -> $crate::keeping::Removal;
            remove_mailbox($crate::keeping::RemoveMailbox) -> ();
            erase_values($crate::keeping::EraseValues) -> $crate::keeping::ValuesErased;
            find_servers($crate::servers::FindServers) -> Option<$crate::servers::FoundServers>;
            get_senders($crate::senders::GetSenders) -> $crate::senders::Senders;
            set_default_sender($crate::senders::SetDefaultSender) -> $crate::senders::Senders;

            get_sharing($crate::sharing::GetSharing) -> $crate::sharing::Sharing;
            set_sharing($crate::sharing::SetSharing) -> $crate::sharing::Sharing;
            who_can_read($crate::sharing::WhoCanRead) -> Vec<$crate::sharing::Reader>;
            who_can_read_dossier($crate::sharing::WhoCanReadDossier) -> Vec<$crate::sharing::DossierReaders>;
            what_can_reach($crate::sharing::WhatCanReach) -> Vec<$crate::sharing::Reach>;

            get_counts($crate::dossiers::GetCounts) -> $crate::dossiers::Counts;
            list_dossiers($crate::dossiers::ListDossiers) -> $crate::dossiers::Page;
            open_dossier($crate::dossiers::OpenDossier) -> $crate::dossiers::DossierView;
            print_dossier($crate::dossiers::PrintDossier) -> $crate::dossiers::PrintedDossier;
            get_history($crate::dossiers::GetHistory) -> $crate::dossiers::History;
            read_source($crate::dossiers::ReadSource) -> $crate::dossiers::Piece;
            read_attachment($crate::dossiers::ReadAttachment) -> $crate::dossiers::Piece;
            render_page($crate::dossiers::RenderPage) -> $crate::dossiers::RenderedPage;
            save_attachment($crate::dossiers::SaveAttachment) -> $crate::dossiers::SavedFile;
            validate_dossier($crate::dossiers::ValidateDossier) -> $crate::dossiers::DossierRow;
            set_visibility($crate::dossiers::SetVisibility) -> $crate::dossiers::Changed;
            relate_dossiers($crate::dossiers::RelateDossiers) -> ();
            treat_as_result($crate::dossiers::TreatAsResult) -> $crate::dossiers::Changed;

            list_thresholds($crate::thresholds::ListThresholds) -> Vec<$crate::thresholds::ThresholdRow>;
            set_threshold($crate::thresholds::SetThreshold) -> Vec<$crate::thresholds::ThresholdRow>;

            verify_journal($crate::journal::VerifyJournal) -> $crate::journal::JournalReport;

            list_accesses($crate::accesses::ListAccesses) -> $crate::accesses::AccessPage;
            export_accesses($crate::accesses::ExportAccesses) -> $crate::dossiers::SavedFile;
            get_told($crate::notices::GetTold) -> $crate::notices::Told;
            mark_notices_seen($crate::notices::MarkNoticesSeen) -> ();
            list_closed_mailboxes($crate::glass::ListClosedMailboxes) -> Vec<$crate::glass::ClosedMailbox>;
            break_glass($crate::glass::BreakGlass) -> $crate::GlassId;
            end_broken_glass($crate::glass::EndBrokenGlass) -> ();
            acknowledge_broken_glass($crate::glass::AcknowledgeBrokenGlass) -> ();
        }
    };
}

macro_rules! implement {
    ($($name:ident($args:ty) -> $reply:ty;)*) => {
        $(impl Call for $args {
            type Reply = $reply;
            const NAME: &'static str = stringify!($name);
        })*

        /// The names of all calls, in the table's order.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

crate::calls! { implement }
