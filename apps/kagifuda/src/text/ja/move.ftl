# 機種変更など、1つのものから次のものへの引っ越し。

move-thing = 「{ $name }」
move-called = { $old } → { $new }
move-question = { $old }から{ $new }へ移しますか？ 大切でないサービスから順に { $count } 件の手順を作り、保管庫に保存します。サービスの側が勝手に変わることはありません。
move-heading = { $old }から{ $new }へ ({ $date } に開始)
move-progress = { $count } 件のうち { $done } 件が済みました。
move-progress-skipped = { $count ->
       *[other] { $count } 件は、確かめないまま飛ばしています。
    }
move-hangs = 今{ $old }がなくなると、{ $names } に入れなくなります。
move-hangs-nothing = 今{ $old }がなくなっても、入り方が地図でわかっているものには、すべて入れます。
move-unsure = 地図では { $names } への確かな入り方がわからないので、{ $old }がどう関わるかも言えません。この手順に頼る前に、入り方を登録してください (「kagifuda method add」)。
move-loose = { $count ->
       *[other] どのサービスのものかわからないトークンが { $count } 件あり、手順に入っていません
    }。「kagifuda token edit」で発行元を付けてください。
move-missing = 地図には、この手順にないものがあと { $count } 件あります。「kagifuda move --from { $from } --to { $to }」で加えられます。
move-bound = { $old }がないとできません: { $names }。端末専用のものは移せません。{ $old }が動くうちに、新しいほうで登録し直すしかありません。
move-urgent = { $old }が動くうちにしかできないもの (「!」の印): { $names }
move-old-lost = { $old }は紛失になっています。それがないとできないことは、「kagifuda map --lose」の手順で進めてください。
move-off-heading = { $old }から外すもの

move-next-send = 次は「kagifuda move --send」。次のトークンを QR コードで表示します。「--file phone.json」(Aegis) か「--file phone.2fas」を付けると、暗号化したファイルに書きます。
move-next-prove = 次は「kagifuda move --prove」。新しいほうに出ているコードをたずねます。
move-next-done = 次は、まだの手順を上から1つ済ませて、「kagifuda move --done 番号」。飛ばすときは「kagifuda move --skip 番号」。
move-next-off = 次は、最後に挙げたものを外して、「kagifuda move --off 番号」。
move-next-last = 移すものは、すべて移りました。残りは最後の仕上げです。済んだら「kagifuda move --done 番号」。
move-next-last-skipped = まだの手順はもうありませんが、飛ばしたものは移っていません。何かを消す前に、もう一度見てください。残りは最後の仕上げです。済んだら「kagifuda move --done 番号」。
move-next-end = どの手順も、済んだか飛ばしたかです。「kagifuda move --end」で、今の置き場所を地図に書き、手順を片付けます。

move-step-move-sim = SIM を{ $new }に入れます。eSIM なら、携帯電話会社の手続きで移します。それまで SMS は{ $old }に届きます。
move-step-hand-over = { $name }: トークンを{ $new }に渡し、コードで確かめます。
move-step-counted = { $name }: カウンター方式なので、1台でしか使えません。{ $new }に渡すなら、これだけを渡します:「kagifuda move --send --only { $number }」。ここに残すなら「--skip { $number }」で飛ばします。
move-step-move-token = { $name }: トークンが{ $old }のアプリにしかありません。アプリから取り出してこの保管庫に入れるか、{ $new }で作り直します。その後、一度それで入ってみます。
move-step-re-enrol = { $name }: { $old }専用です。両方を手元に置き、サービスの案内どおりに{ $new }を登録します。その後、{ $new }で一度承認してみます。
move-step-register = { $name }: パスキー (またはキー) は{ $old }に残ります。それで入って、{ $new }のパスキーを登録し、一度それで入ってみます。
move-step-check-passkey = { $name }: パスキーは同期されています。{ $new }でそのアカウントに入り、{ $name } に一度入ってみます。届いていなければ、{ $old }が動くうちに{ $new }で新しく登録します。
move-step-register-anew = { $name }: パスキーは Apple のアカウントにあり、{ $new }では使えません。{ $old }が動くうちにそれで入り、{ $new }のパスキーを登録して、一度それで入ってみます。
move-step-check-text = { $name }: SMS を送ってもらい、{ $new }に届くことを確かめます。番号が変わったら、サービスに知らせます。
move-step-carry-password = { $name }: パスワードが{ $old }に入っています。{ $old }がなくても見られる場所に移し、一度それで入ってみます。
move-step-carry-codes = { $name }: バックアップコードが{ $old }に入っています。{ $new }に移します。できれば発行し直して紙に書き、置き場所を登録します (「kagifuda codes edit」)。
move-step-copy-vault = この保管庫: 写しを{ $new }に置き (「kagifuda vault backup ファイル」)、そこから一度開けてみます。
move-step-keep-copy = この保管庫: 写しが{ $old }にありますが、{ $new }では開けません。{ $old }を手放す前に、USB メモリーか別の PC に写しを置きます (「kagifuda vault backup ファイル」)。
move-step-set-up = { $name }: { $old }でしていたことを{ $new }に設定し、一度試します。
move-step-sign-out = 各アカウントから{ $old }をサインアウトさせ、端末の一覧から消します。
move-step-wipe = { $old }に頼るものがなくなったら、中身を消します。

move-off-hand-over = { $name }: { $new }のコードで一度サインインします。{ $old }のアプリにトークンがあれば、消すのはそのあとです。
move-off-counted = { $name }: これからは{ $new }だけで使います。{ $new }のコードで一度入ってから、{ $old }のトークンを消します。手順を片付けたら、この保管庫からも消します:「kagifuda token remove」。
move-off-move-token = { $name }: { $old }のアプリからトークンを消します。今あるのが同じトークンなら、サービスの側では消さないでください。新しい写しも使えなくなります。サービスで作り直したなら、古いほうの登録が消えていることを確かめます。
move-off-re-enrol = { $name }: 登録端末の一覧から{ $old }を消します。
move-off-register = { $name }: サービスの側で{ $old }のパスキーを消します。
move-off-copy-vault = この保管庫: { $old }にある写しをもう一度取り込み (「kagifuda vault merge ファイル」)、それから消します。
move-off-set-up = { $name }: { $old }の登録を消します。

move-send-counting = カウンター方式は1台でしか使えないので、除きました: { $names }。渡すときは1つずつ「kagifuda move --send --only 番号」。
move-send-counting-question = { $names } はカウンター方式です。{ $new }が一度コードを出したら、{ $old }でもこの保管庫でも、もう使えません。渡しますか？
move-sent = { $count ->
       *[other] { $new }に渡すトークンは { $count } 件です: { $names }。これを撮影したり開いたりした人も、同じものを持つことになります。
    }
move-sent-left = { $left ->
        [0] 残りはありません。{ $new }に入ったら「kagifuda move --prove」。
       *[other] 残りは { $left } 件です。{ $new }に入ったら「kagifuda move --prove」。
    }
move-prove-how = { $old }は脇に置いてください。{ $new }で見たコードでなければ、確かめたことになりません。
move-prove-question = { $number } 番は、この手順では渡していません。{ $new }には別の方法で入っていますか？
move-ask-code = { $new }に出ている { $name } のコード (Enter だけなら後回し):
move-code-right = { $name }: 合っています。{ $new }に入りました。
move-code-again = { $left ->
       *[other] あと { $left } 回入力できます。Enter だけなら後回しにします。
    }
move-code-settings = { $name }: 秘密は{ $new }に入りましたが、コードの作り方 (ハッシュ、桁数、秒数) が違います。別のアプリにするか、設定を直してください。
move-code-other = { $name }: それは { $other } のコードです。正しいアカウントを見てください。
move-code-behind = { $name }: { $new }に入りましたが、時計が合っていません。この PC よりおよそ { $seconds } 秒遅れています。両方の時刻を自動設定にしてください。このままでは、コードが通りません。
move-code-ahead = { $name }: { $new }に入りましたが、時計が合っていません。この PC よりおよそ { $seconds } 秒進んでいます。両方の時刻を自動設定にしてください。このままでは、コードが通りません。
move-code-used = { $name }: 一度使ったコードです。{ $new }で次のコードを出してください。
move-code-length = { $name }: 桁数が違います。正しいアカウントを見てください。
move-code-nothing = { $name }: 合いません。古いコードか、別のアカウントのものかもしれません。{ $new }のアプリが正しく取り込めていないこともあります。「kagifuda move --send --only { $number }」で渡し直せます。
move-proven = { $count ->
       *[other] { $count } 件を確かめました
    }。コードを待っているのは { $left ->
       *[other] { $left } 件です。
    }

move-wipe-question = { $old }がないと、{ $names } に入れなくなります。それでも消しましたか？
move-end-question = { $open ->
        [0] 手順を片付けますか？ 地図は、今の置き場所に変わります。
       *[other] 手順を片付けますか？ まだの { $open } 件は、地図では{ $old }に残ります。
    }
move-end-hanging-question = { $names } には、まだ{ $old }がないと入れません。それでも手順を片付けますか？
move-ended = { $count ->
        [0] 手順を片付けました。地図は変わっていません。
       *[other] 手順を片付けました。{ $count } 件の方法が{ $new }に移りました。
    }
move-ended-old = 手放したら「kagifuda phone remove { $old }」。「kagifuda map」で、まだ頼るものがないかを見られます。
move-abort-question = { $name } の手順をやめますか？ 地図は変わりません。新しいほうに渡したものは、そこに残ります。
move-aborted = 手順をやめました。「kagifuda undo」で元に戻せます。

# 印刷して使うページ。

move-page-written = ページを書きました: { $path }。ブラウザーで開いて印刷してください。
move-page-foot = 鍵札 { $version } で作成。秘密は入っていません。書き込まないでください。
move-page-before = 始める前
move-page-during = 移すあいだ
move-page-after = 移したあと
move-page-old = 古いスマートフォン
move-page-new = 新しいスマートフォン
move-page-begun = 始めた日
move-page-wiped = 消去した日
move-page-column-service = サービス (大切でないものから)
move-page-column-method = スマートフォンにあるもの (コード、パスキー、アプリ、SMS など)
move-page-column-moved = 移した日
move-page-column-tried = 新しいほうで入れた日
move-page-column-off = 古いほうを外した日

move-page-person-title = 機種変更の手順書
move-page-person-intro = 大切でないサービスから、1つずつ移します。間違えても失うものが少なく、銀行の番が来るころには慣れています。
move-page-person-warning = 下のすべてに印が付くまで、古いスマートフォンを、充電してロックを解除できるまま手元に置いてください。それまでは、下取りにも初期化にも出しません。この紙には、パスワード、コード、秘密を書かないでください。
move-page-person-table = 移すサービス
move-page-person-before-keep = 移し終えるまで、古いほうを返さなくてよいことを、店や家族に確かめた。
move-page-person-before-backup = 保管庫と古いスマートフォンのバックアップを作り、一度開けてみた。
move-page-person-before-spares = 復元シートとバックアップコードが、古いスマートフォン以外の手の届く場所にある。
move-page-person-before-list = 古いスマートフォンを使ったことのあるサービスを、すべて表に書いた。
move-page-person-before-bank = 銀行など端末専用のアプリについて、移し方とかかる日数を調べた。
move-page-person-before-clock = 2台とも、時刻を自動設定にした。
move-page-person-during-order = 上から1つずつ。新しいほうで入れることを確かめてから、次へ進む。
move-page-person-during-codes = コード: QR コードか暗号化したファイルで渡し、2台で見比べてから次へ進む。
move-page-person-during-counting = カウンター方式のコード: 一度出したら、新しいほうだけで使う。
move-page-person-during-passkeys = パスキー: 先に新しいほうで作り、古いものはあとで消す。
move-page-person-during-bank = 銀行のアプリ: 2台を手元に置いて、登録し直す。
move-page-person-during-sim = SIM: 移して、新しいほうに SMS が届くことを確かめる。
move-page-person-after-table = 表のすべての行に「新しいほうで入れた日」が書いてある。
move-page-person-after-accounts = 各アカウントの端末の一覧から、古いスマートフォンを外した。
move-page-person-after-pictures = QR コードの画像とトークンのファイルを、ごみ箱からも消した。
move-page-person-after-codes = 古いほうにあったバックアップコードを、発行し直した。
move-page-person-after-map = 地図に書き (「kagifuda move --end」)、保管庫の新しいバックアップを作った。
move-page-person-after-wipe = 最後に、古いスマートフォンの中身を消した。

move-page-company-title = 会社のスマートフォン入れ替え手順書
move-page-company-intro = 計画する人のためのページです。だれが決め、だれが渡し、だれが電話を受け、古いほうをいつまでに使えなくするかを書きます。
move-page-company-warning = 新しいほうを確かめるまで、2台を並べて使います。「どちらも手元になく、急いでいる」という電話は、なりすましの決まり文句です。この紙には秘密を書かないでください。
move-page-group = 部署
move-page-count = 台数
move-page-begins = 始める日
move-page-deadline = 古いほうを止める日
move-page-roles = 役割
move-page-column-role = 役割
move-page-column-name = 氏名
move-page-column-reach = 連絡先
move-page-role-lead = 責任者: 期限と例外を決める
move-page-role-admin = 管理者: トークンとキーを渡し、古いものを止める
move-page-role-desk = ヘルプデスク: 本人を確かめて応対する
move-page-role-deputy = 立会人: 管理者自身のアカウントを確かめる
move-page-role-audit = 記録をあとで確かめる人
move-page-company-before-list = だれがどのスマートフォンを持ち、どのトークン、パスキー、アプリが入っていて、どれが移せないかの一覧がある。
move-page-company-before-admins = 管理者は全員、スマートフォンのいらない入り方 (セキュリティキー) を持ち、今週試した。
move-page-company-before-spares = 予備のキーを、20台に1本と、出張する人の分だけ用意した。
move-page-company-before-bound = 端末専用のアプリを、だれが登録し直し、何日かかるかを調べた。
move-page-company-before-trial = 影響の小さい数人で先に試し、困ったことを書き留めた。
move-page-company-before-tell = 日程と窓口、それに「コードをたずねることは決してない」ことを、全員に知らせた。
move-page-company-during-order = 大切でないアカウントから始め、管理者は最後にする。管理者全員を同じ日に移さない。
move-page-company-during-prove = 送ったときではなく、それで入れたのを見たときに、渡したことにする。
move-page-company-during-both = それまで、古いスマートフォンは本人が持つ。
move-page-company-during-record = 渡したその日に、表に書く。
move-page-company-during-desk = ヘルプデスクは、ふだんの3倍の電話に応じられる人数にする。
move-page-company-after-revoke = 期限が来たら、移っていないものは、端末ではなくサーバーの側で止める。
move-page-company-after-missing = 残った人には直接会うか、期限を決めた例外に責任者が署名した。
move-page-company-after-wipe = 古いスマートフォンを集め、一覧と数を合わせて、中身を消した。
move-page-company-after-pictures = トークンのファイルと画像を消し、だれもまとめて持っていない。
move-page-company-after-keep = この紙は、アクセスの記録と同じ期間だけ保管する。
move-page-desk = ヘルプデスクの決まり
move-page-desk-never = コード、PIN、パスフレーズ、QR コードは決してたずねず、言われても聞かない。
move-page-desk-call-back = 社員名簿の番号にかけ直す、会う、上司に聞く、のどれかで本人を確かめる。相手が知っていることでは確かめない。
move-page-desk-short = スマートフォンなしで入る手段は、数時間、1つのアカウントに限り、記録する。
move-page-desk-two = 管理者と支払いにかかわる人は、2人で決め、そのうち1人は本人に会う。
move-page-desk-lost = 紛失の連絡が来たら、先に止め、助けるのはそのあと。
move-page-desk-written = だれが、だれを、どう確かめて、いつ入れたかを、電話を切る前に書く。
move-page-handed-out = 渡したもの
move-page-column-person = 氏名
move-page-column-device = 新しいスマートフォンかキー (製造番号)
move-page-column-handed = 渡した日
move-page-column-proven = 入れたのを見た日
move-page-column-disabled = 古いほうを止めた日
move-page-column-initials = 確認印
move-page-signed = 完了の確認
move-page-column-what = 内容
move-page-column-signature = 日付と署名
move-page-sign-moved = 一覧の全台が移ったか、例外になっている
move-page-sign-off = 古いほうからのアクセスを、サーバーの側で止めた
move-page-sign-wiped = 古いスマートフォンの数を合わせ、消去した
move-page-sign-left = 残ったことと、その担当者がわかっている
