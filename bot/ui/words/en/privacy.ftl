privacy-help = What Riko keeps about you: see it, take it with you, delete it
privacy-show-help = See what Riko keeps about you; only you see it
privacy-export-help = Get everything Riko keeps about you as a file; only you see it
privacy-import-help = Go back to what a file from export holds, from here or another Riko
privacy-delete-help = Delete everything Riko keeps about you; Riko asks once more
option-file = file
option-file-help = The file that export gave you

privacy-title = What Riko keeps about you
privacy-nothing = Riko keeps nothing about you.
privacy-kept = Under your Discord ID, not your name:
privacy-where-title = Where and how long
privacy-where = In one file on the computer of whoever runs Riko here, until you delete it; copies made before an upgrade may still hold it for a while. Nothing is passed on.
privacy-who-title = Who sees it
privacy-who = Only you. In servers you are in, your ratings count in means without your name, and if you allow it, others may ask what you would all like, and members with your taste may find you with a few titles you loved: `/{ command-profile } { command-profile-set }` decides all three.
privacy-what-title = What you can do
privacy-what = `/{ command-privacy } { command-privacy-export }` gives you all of it as a file, `/{ command-privacy } { command-privacy-delete }` removes it.

kept-profile = what you said about yourself
kept-settings = how Riko answers you
kept-ratings = { $count ->
        [one] 1 rating
       *[other] { $count } ratings
    }, with their times
kept-dismissals = { $count ->
        [one] 1 title
       *[other] { $count } titles
    } you do not want to see again
kept-rounds = { $count ->
        [one] 1 pair of lists
       *[other] { $count } pairs of lists
    } Riko made for you, { $scored ->
        [0] none of them scored
       *[other] { $scored } of them scored
    }
kept-servers = { $count ->
        [one] 1 server
       *[other] { $count } servers
    } you used Riko in
kept-parties = { $count ->
        [one] 1 watch party
       *[other] { $count } watch parties
    } of the last week
imported-settings = what you said about yourself, and how Riko answers you
imported-rounds = { $count ->
        [one] 1 pair of lists
       *[other] { $count } pairs of lists
    } Riko made for you
kept-undo = { $count ->
        [one] 1 change of a rating
       *[other] { $count } changes of ratings
    } you can still undo

privacy-exported = Here is everything Riko keeps about you. `/{ command-privacy } { command-privacy-import }` takes it in again, here or in another Riko.
privacy-imported = Taken in:
privacy-replaced = That took the place of what was here before, which is in this file. To go back, give it to `/{ command-privacy } { command-privacy-import }`.
privacy-file-too-large = That file is too large to be one that Riko exported: at most { $megabytes } MB. Attach the file that `/{ command-privacy } { command-privacy-export }` gave you.
file-unreadable = Discord is not handing out that file right now; please attach it again.
privacy-delete-question = This deletes everything Riko keeps about you, for good:
privacy-delete-hint = You can get it as a file first: `/{ command-privacy } { command-privacy-export }`.
privacy-delete-everything = Delete everything
privacy-cancel = Cancel
privacy-cancelled = Nothing was deleted.
privacy-deleted = Deleted, all of it:
privacy-deleted-after = You can start again at any time: `/{ command-rate }`.
privacy-already-deleted = It is gone already: Riko keeps nothing about you.
