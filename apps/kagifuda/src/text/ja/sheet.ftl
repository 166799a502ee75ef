# 復元シートと、作るときに言うこと。

sheet-title = 復元シート
sheet-vault = 保管庫
sheet-number = 番号
sheet-day = 作成日
sheet-generation = シート
sheet-generation-of = { $number } 枚目。これより前のシートに代わるものです。
sheet-warning = このページを手にした人は、保管庫を開け、中身をすべて読めます。現金と同じように扱い、大切な書類と一緒に、PC から離してしまってください。写真に残してはいけません。
sheet-words = 復元の言葉
sheet-steps = 使うとき
sheet-step-program = 鍵札を入れた Linux の PC と、保管庫かそのバックアップが必要です。このページは鍵であり、保管庫そのものではありません。
sheet-step-command = バックアップからは「kagifuda vault restore ファイル --words」、この PC の保管庫なら「kagifuda unlock --words」と入力します。
sheet-step-words = 言葉を順に入力します。コードを撮影し、「--words」の代わりに「--sheet 写真」としてもかまいません。写真はあとで消してください。
sheet-step-after = 新しいパスフレーズを「kagifuda open-with add passphrase」で決めます。人に見られたおそれがあるときは「kagifuda sheet ファイル」で作り直してください。
sheet-who = だれが、どんなときに開けてよいか
sheet-who-hint = 手で書きます。例: わたしが一週間以上入院したときは、妹が。
sheet-where = 保管庫とバックアップのある場所
sheet-where-hint = 手で書きます。例: 書斎の PC。青いファイルの USB メモリー。
sheet-foot = 鍵札 (Kagifuda) { $version }。くわしくは手引きの「バックアップと復元」にあります。
sheet-written = シートを { $path } に書きました。今すぐ印刷してください。
sheet-old-void = { $count ->
       *[other] 前に作ったシート ({ $count } 枚) では、もう保管庫を開けられません。処分してください。今より前のバックアップは、まだそれで開けられます。
    }
sheet-old-stay = { $count ->
       *[other] 新しいシートを確かめていないので、前に作ったシート ({ $count } 枚) でもまだ開けられます。「kagifuda open-with list」で見て、「kagifuda open-with remove」で削除できます。
    }
sheet-delete-question = 紙に印刷しましたか。このファイルでも保管庫を開けられます。今すぐ消しますか:
sheet-deleted = ファイルを消しました。
sheet-keep-care = ファイル { $path } でも保管庫を開けられます。紙に印刷したら消してください。
